import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import express from 'express'
import { createOrySession } from 'express-ory-session'
import type { SessionMiddleware, OrySessionOptions } from 'express-ory-session'
import { serve, settingsOfChild } from '../child.js'
import { subjects } from './subject.js'
import type { SubjectName } from './subject.js'

/** Which applications, and of which Ory. */
export type AppSettings =
  | { readonly subjects: readonly SubjectName[]; readonly ory: string }
  /** Any builds of the package, for visitors that they know: what is imported, or `null` for no guard. */
  | { readonly builds: readonly (string | null)[]; readonly ory: string }
  /** The package under options of its own. */
  | { readonly options: OrySessionOptions }

const settings = settingsOfChild() as AppSettings
const ports = await Promise.all((await makeGuards()).map(start))

async function makeGuards(): Promise<readonly SessionMiddleware[]> {
  if ('options' in settings) return [createOrySession(settings.options).requireSession()]
  const { ory } = settings
  if ('subjects' in settings) return settings.subjects.map((subject) => subjects[subject](ory))
  return Promise.all(
    settings.builds.map(async (build) => {
      if (build === null) return subjects['no auth'](ory)
      const module = (await import(build)) as { createOrySession: typeof createOrySession }
      // A busy machine may take long.
      const options = { url: ory, cacheTtlMs: 3_600_000, timeoutMs: 30_000 }
      return module.createOrySession(options).requireSession()
    }),
  )
}

/** Starts an application, and tells its port. */
async function start(guard: SessionMiddleware): Promise<number> {
  const app = express()
  app.use(guard)
  app.get('/me', (_request, response) => {
    response.json({ greeting: 'Hello' })
  })
  const server = app.listen(0, '127.0.0.1')
  server.keepAliveTimeout = 60_000
  await new Promise((resolve) => server.once('listening', resolve))
  return (server.address() as AddressInfo).port
}

const delay = monitorEventLoopDelay({ resolution: 1 })

const tasks = {
  ports: () => ports,
  /** Microseconds of CPU that this process has used. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  watchDelay: () => {
    delay.reset()
    delay.enable()
  },
  /** Milliseconds between two turns of the event loop, which are one apart where it is idle. */
  delay: () => {
    delay.disable()
    const ms = (nanoseconds: number): number => nanoseconds / 1e6
    return { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) }
  },
}

export type AppTasks = typeof tasks

serve(tasks)
