import type { SessionAuthentication } from '../../../lib/auth/authenticate.js'
import { createOrySession } from '../../../lib/create-ory-session.js'
import type { OrySession } from '../../../lib/ory-session.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import type { SessionPolicy } from '../../../lib/auth/policy.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { createWorld, requestOf, type Call, type Script, type Who } from './model/world.js'

/** A request under way. */
export interface Waiting {
  /** `cache 0`, `upstream 1`, … by the number of the call, or the code of the denial. */
  readonly outcome: () => string | undefined
  readonly decision: () => SessionAuthentication | undefined
}

/** An instance, a clock that stands still, and an Ory that answers when the test says so. */
export interface Stage {
  readonly ory: OrySession
  readonly clock: FakeClock
  readonly calls: readonly Call[]
  /** Asks, and lets all happen that can happen without Ory. */
  ask(who?: Who, policy?: SessionPolicy): Promise<Waiting>
  /** Answers the last call that is under way. */
  answer(script?: Partial<Script & { kind: 'live' }> | Script): Promise<void>
  /** Asks, answers whatever is under way then, and gives the outcome. */
  exchange(
    who?: Who,
    script?: Parameters<Stage['answer']>[0],
    policy?: SessionPolicy,
  ): Promise<string | undefined>
  /** Answers what is left, and closes. */
  end(): Promise<void>
}

const live = { kind: 'live', aal: 'aal1', expiresInMs: 3_600_000 } as const

export function createStage(options: OrySessionOptions = {}): Stage {
  const clock = createFakeClock()
  const { calls, dispatcher } = createWorld(clock)
  const ory = createOrySession({
    url: 'http://ory.example',
    readinessPath: false,
    timeoutMs: 2 ** 31 - 1,
    clock,
    dispatcher,
    ...options,
  })
  const underWay = () => calls.filter(({ ended }) => ended === undefined)

  const stage: Stage = {
    ory,
    clock,
    calls,
    async ask(who = 'token', policy = {}) {
      let decision: SessionAuthentication | undefined
      const deciding = ory.authenticate(requestOf(who), policy).then((one) => (decision = one))
      deciding.catch(() => undefined)
      await settle()
      return { decision: () => decision, outcome: () => decision && outcomeOf(decision) }
    },
    async answer(script = {}) {
      const whole = { ...live, cacheFor: undefined, renewsCookie: false, ...script } as Script
      underWay().at(-1)?.answer(whole)
      await settle()
    },
    async exchange(who, script, policy) {
      const { outcome } = await stage.ask(who, policy)
      if (underWay().length > 0) await stage.answer(script)
      return outcome()
    },
    async end() {
      const closed = ory.close()
      for (let round = 0; round < 5; round += 1) {
        underWay().forEach((call) => call.answer({ kind: 'refused' }))
        await settle()
      }
      await closed
    },
  }
  return stage
}

/** Lets all happen that can happen without Ory. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

function outcomeOf(decision: SessionAuthentication): string {
  if (decision.error !== undefined) return decision.error.code
  const { number } = decision.session.identity.traits as { number: number }
  return `${decision.servedFrom} ${String(number)}`
}
