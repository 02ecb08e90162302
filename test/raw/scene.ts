import type { ServerOptions } from 'node:http'
import { afterAll, beforeAll } from '@jest/globals'
import { createOrySession } from '../../lib/index.js'
import type { OrySession } from '../../lib/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import type { Framework } from '../support/frameworks.js'
import { startSite } from '../support/site.js'
import type { Site } from '../support/site.js'

/** One application for many rows, each of which brings users of its own. */
export interface SharedScene {
  readonly fake: FakeOry
  readonly ory: OrySession
  readonly site: Site
}

/** Starts it before the tests of a block, and closes it after them. */
export function shareScene(
  framework: Framework,
  serverOptions: ServerOptions = {},
): () => SharedScene {
  let scene: SharedScene | undefined
  beforeAll(async () => {
    const fake = await createFakeOry()
    const ory = createOrySession({ url: fake.url })
    scene = { fake, ory, site: await startSite(framework, ory.requireSession(), { serverOptions }) }
  })
  afterAll(async () => {
    await scene?.site.close()
    await scene?.ory.close()
    await scene?.fake.close()
  })
  return () => scene!
}
