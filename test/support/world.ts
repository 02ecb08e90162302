import { afterEach } from '@jest/globals'
import request from 'supertest'
import type { Test } from 'supertest'
import { createOrySession } from '../../lib/index.js'
import type {
  SessionMiddleware,
  OptionalSessionPolicy,
  OrySessionOptions,
  OrySession,
} from '../../lib/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry, FakeOryOptions } from '../../lib/testing/index.js'
import { frameworks } from './frameworks.js'
import type { Framework } from './frameworks.js'
import { createHandClock } from './hand-clock.js'
import type { HandClock } from './hand-clock.js'
import { startSite } from './site.js'
import type { Site, SiteOptions } from './site.js'

export type Headers = Readonly<Record<string, string>>

export interface SceneOptions extends SiteOptions {
  /** Default Express 5. */
  readonly framework?: Framework
  readonly options?: OrySessionOptions
  readonly fakeOptions?: FakeOryOptions
  readonly policy?: OptionalSessionPolicy
  /** `true`: `optionalSession` instead of `requireSession`. */
  readonly isOptional?: boolean
}

/** A fake Ory, an instance that asks it, and an application that is protected by it. */
export interface Scene {
  readonly fake: FakeOry
  readonly ory: OrySession
  readonly site: Site
  /** The time of the instance and of the fake Ory. */
  readonly clock: HandClock
  /** Sends a GET to the application. */
  get(headers?: Headers, path?: string): Test
}

/** Makes what a test needs, and closes it after the test. */
export interface World {
  start(options?: SceneOptions): Promise<Scene>
  fake(options?: FakeOryOptions): Promise<FakeOry>
  instance(options: OrySessionOptions): OrySession
  site(guard: SessionMiddleware, options?: SiteOptions & { framework?: Framework }): Promise<Site>
}

export function createWorld(): World {
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    // `async`: one that throws must not keep the others open.
    await Promise.all(open.splice(0).map(async (thing) => thing.close()))
  })
  const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
    open.push(thing)
    return thing
  }

  const world: World = {
    fake: async (options) => keep(await createFakeOry(options)),
    instance: (options) => keep(createOrySession(options)),
    site: async (guard, { framework = frameworks[0]!, ...options } = {}) =>
      keep(await startSite(framework, guard, options)),
    async start({ options, fakeOptions, policy, isOptional = false, ...siteOptions } = {}) {
      const clock = createHandClock()
      const fake = await world.fake({ clock, ...fakeOptions })
      const ory = world.instance({ url: fake.url, clock, ...options })
      const guard = isOptional ? ory.optionalSession(policy) : ory.requireSession(policy)
      const site = await world.site(guard, siteOptions)
      return { fake, ory, site, clock, get: (headers, path) => get(site, headers, path) }
    },
  }
  return world
}

/** Resolves when no question of the instance is under way, those in the background included. */
export async function idle(ory: OrySession): Promise<void> {
  for (let turn = 0; ory.stats().inFlight > 0; turn += 1) {
    if (turn > 1_000) throw new Error('The instance is still asking')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Sends a GET to an application. */
export function get(site: Site, headers: Headers = {}, path = '/'): Test {
  return request(site.origin).get(path).set(headers)
}

/** The header that carries a session token. */
export function byToken({ token }: { readonly token: string }): Headers {
  return { 'X-Session-Token': token }
}

/** The other header that carries a session token. */
export function byBearer({ token }: { readonly token: string }): Headers {
  return { Authorization: `Bearer ${token}` }
}

/** The header that carries a session cookie. */
export function byCookie({ cookie }: { readonly cookie: string }): Headers {
  return { Cookie: cookie }
}

/** A token that Ory could have issued, and has not. */
export function madeUpToken(number = 0): string {
  return `ory_st_${String(number).padStart(32, 'J')}`
}

/** The header that carries such a token. */
export function byMadeUp(number?: number): Headers {
  return byToken({ token: madeUpToken(number) })
}
