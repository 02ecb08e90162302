import type { Create } from '../unit/support/broken.js'
import { createFakeClock } from '../unit/support/fake-clock.js'
import {
  isSurelyKnown,
  type Asked,
  type Chosen,
  type History,
  type PolicyName,
  type Target,
} from './history.js'
import { leave } from './leave.js'
import { must } from '../support/must.js'
import type { Call, Credential, Moment, Trouble } from './call.js'
import { createOry } from './ory.js'
import { createUsers, requestOf, type Users } from './users.js'
import { shortenPauses } from './pauses.js'
import { judge } from './rules.js'

/** An instance, the Ory it asks, those who ask it, and all that happened. */
export interface Game {
  readonly history: History
  readonly users: Users
  ask(credential: Credential, policy: PolicyName): Promise<Asked>
  /** Asks, and lets Ory answer until that is decided. */
  exchange(
    credential: Credential,
    policy: PolicyName,
    trouble?: Trouble,
    onRound?: (round: number) => void,
  ): Promise<Asked>
  see(call: Call, trouble?: Trouble): void
  arrive(call: Call): Promise<void>
  /** Lets Ory answer until nothing is under way. */
  catchUp(): Promise<void>
  invalidate(target: Target): Promise<void>
  logOut(credential: Credential): Promise<void>
  /** Resolves when every request has been decided. */
  decided(): Promise<unknown>
  /** Throws what went wrong meanwhile. */
  check(): void
  close(): Promise<void>
}

const policies = { any: {}, aal2: { aal: 'aal2' }, fresh: { fresh: true } } as const
/** Far longer than anything here: time stands still but for the clock's. */
const timeoutMs = 2 ** 30
const maxRounds = 200

/** How calls are answered, and what is waited for, where that is not left to the steps. */
export interface Pace {
  readonly onCall?: (call: Call) => void
  /** After each step. By default all happens that can happen without Ory. */
  readonly turn?: () => Promise<unknown>
  /** Whether requests race: then a step does not wait for pauses to end. */
  readonly isRacing?: () => boolean
}

const wholeTurn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve))

export function createGame(create: Create, chosen: Chosen, pace: Pace = {}): Game {
  const { onCall, turn = wholeTurn, isRacing = () => false } = pace
  const pauses = shortenPauses()
  const clock = createFakeClock()
  const ory = createOry(clock, chosen, onCall)
  const { hasReadiness: _, isRepeating: __, ...options } = chosen
  const { dispatcher } = ory
  const instance = create({ ...options, url: 'http://ory.example', clock, dispatcher, timeoutMs })
  const handler = instance.logout()
  const history: History = {
    ory,
    clock,
    chosen,
    asked: [],
    invalidated: [],
    loggedOut: [],
    leaving: [],
    excused: [],
  }
  const failures: unknown[] = []
  const deciding: Promise<void>[] = []

  /** A question that was refused is under way while readiness is asked about it. */
  function joinedSince(credential: Credential): Moment | undefined {
    const last = ory.callsOf(credential).findLast(({ route }) => route === 'whoami')
    const isHeld = ory.pending().some(({ route }) => route === 'ready')
    return isHeld && last?.ended && last.seen?.said === 'refused' ? last.began : undefined
  }

  async function settle(): Promise<void> {
    await turn()
    while (pauses.pending() > 0 && !isRacing()) await turn()
    game.check()
  }

  /** Lets Ory answer one of its calls that are under way, if there is one. */
  async function step(isMeant: (call: Call) => boolean, trouble?: Trouble): Promise<boolean> {
    const call = ory.pending().find(isMeant)
    if (call === undefined) return false
    if (call.seen === undefined) call.see(call.route === 'whoami' ? trouble : undefined)
    await game.arrive(call)
    return true
  }

  const game: Game = {
    history,
    users: createUsers(ory),
    async ask(credential, policy) {
      const arrived = ory.moment()
      const asked: Asked = {
        credential,
        policy,
        arrived,
        from: joinedSince(credential) ?? arrived,
        decided: undefined,
        decision: undefined,
      }
      history.asked.push(asked)
      const decision = instance
        .authenticate(requestOf(credential), policies[policy])
        .then((decided) => {
          Object.assign(asked, { decision: decided, decided: ory.moment() })
          judge(asked, history)
        })
      deciding.push(decision.catch((error: unknown) => void failures.push(error)))
      await settle()
      return asked
    },
    async exchange(credential, policy, trouble, onRound) {
      const asked = await game.ask(credential, policy)
      const isMeant = (call: Call): boolean =>
        call.route === 'ready' || call.credential === credential
      for (let round = 0; round < maxRounds && !asked.decided; round += 1) {
        onRound?.(round)
        if (!(await step(isMeant, trouble))) break
      }
      return asked
    },
    see: (call, trouble) => {
      call.see(trouble)
    },
    async arrive(call) {
      call.arrive()
      await settle()
    },
    async catchUp() {
      for (let round = 0; await step(() => true); round += 1) {
        must(round < maxRounds, 'Ory is not asked without end')
      }
    },
    async invalidate(target) {
      const forgotten = instance.invalidate(
        'credential' in target ? { request: requestOf(target.credential) } : target,
      )
      history.invalidated.push({ ...ory.moment(), target })
      await forgotten
      await settle()
    },
    async logOut(credential) {
      history.leaving.push(ory.moment())
      leave(handler, credential, {
        onLeft() {
          const moment = ory.moment()
          const wasKnown = isSurelyKnown(history, credential, moment)
          const answer = ory
            .callsOf(credential)
            .findLast(({ route, ended }) => route === 'logout' && ended)
          const hasEnded = answer?.seen?.said === 'ended'
          history.loggedOut.push({ ...moment, credential, wasKnown, hasEnded })
        },
        onError: (error) => failures.push(error),
      })
      await settle()
    },
    decided: () => Promise.all(deciding),
    check() {
      if (failures.length > 0) throw failures[0]
      const underWay = ory.pending().filter(({ route }) => route !== 'logout')
      const names = underWay.map(({ route, credential }) => credential?.value ?? route)
      must(new Set(names).size === names.length, 'one call at a time per credential')
    },
    async close() {
      const closed = instance.close()
      for (
        let round = 0;
        round < maxRounds && ory.pending().length + pauses.pending() > 0;
        round += 1
      ) {
        for (const call of ory.pending()) {
          if (call.seen === undefined) call.see()
          call.arrive()
        }
        await new Promise((resolve) => setImmediate(resolve))
      }
      await closed
      pauses.restore()
    },
  }
  return game
}
