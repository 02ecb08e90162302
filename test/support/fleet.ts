import type {
  OrySession,
  OrySessionOptions,
  SessionAuthentication,
  SessionPolicy,
  SessionStore,
} from '../../lib/index.js'
import { createMemoryStore } from '../../lib/testing/index.js'
import type { FakeOry, MemoryStore } from '../../lib/testing/index.js'
import { createHandClock } from './hand-clock.js'
import type { HandClock } from './hand-clock.js'
import type { Headers, World } from './world.js'

export const storeSecret = 'a secret of tests, of 32 bytes and more'

export interface FleetScene {
  readonly fake: FakeOry
  readonly clock: HandClock
  readonly store: MemoryStore
  /** Makes one more process. */
  process(options?: OrySessionOptions): OrySession
}

/** A fake Ory, and processes that share a store. */
export async function startFleet(world: World): Promise<FleetScene> {
  const clock = createHandClock()
  const fake = await world.fake({ clock })
  const store = createMemoryStore({ now: clock.now })
  return {
    fake,
    clock,
    store,
    process: (options) =>
      world.instance({ url: fake.url, clock, store, storeSecret, storePollMs: 5, ...options }),
  }
}

/** Asks who a request is: where the session came from, or the code of the denial. */
export async function outcomeOf(
  ory: OrySession,
  headers: Headers,
  policy?: SessionPolicy,
): Promise<string> {
  const decision: SessionAuthentication = await ory.authenticate(
    { headers: { ...headers } },
    policy,
  )
  return decision.error?.code ?? String(decision.servedFrom)
}

/** Lets every process read the log. */
export async function heard(...processes: readonly OrySession[]): Promise<void> {
  await eventually(() => processes.every((ory) => ory.stats().store.lagMs === 0))
}

/** Resolves once a condition holds. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  withinMs = 3_000,
): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('It has not come about in time')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** The same store, with some of its methods replaced. */
export function altered(store: SessionStore, changes: Partial<SessionStore>): SessionStore {
  return { ...store, ...changes }
}
