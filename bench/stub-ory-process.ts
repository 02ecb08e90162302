import { serve, settingsOfChild } from './child.js'
import { startStubOry } from './stub-ory.js'
import type { StubOryOptions } from './stub-ory.js'

const stub = await startStubOry(settingsOfChild() as StubOryOptions)

const tasks = {
  url: () => stub.url,
  calls: () => stub.count(),
}

export type StubOryTasks = typeof tasks

serve(tasks)
