import type { Game } from './game.js'
import type { PolicyName } from './history.js'
import type { Credential, Trouble } from './call.js'
import type { Slot } from './users.js'

/** One thing that happens. Each can happen at any time. */
export interface Step {
  run(game: Game): Promise<unknown>
  toString(): string
}

/** Somebody, or the number of a made-up credential. */
export type Who = Slot | number

const step = (text: string, run: Step['run']): Step => ({ toString: () => text, run })

const find = ({ users }: Game, who: Who): Credential =>
  typeof who === 'number' ? users.madeUp(who) : users.credential(who)

export const exchange = (who: Who, policy: PolicyName, trouble: Trouble | undefined): Step =>
  step(`exchange(${who}, ${policy}, ${trouble ?? 'well'})`, (game) =>
    game.exchange(find(game, who), policy, trouble),
  )

export const ask = (who: Who, policy: PolicyName): Step =>
  step(`ask(${who}, ${policy})`, (game) => game.ask(find(game, who), policy))

/** Ory looks at a call; where there is none, somebody asks. */
export const see = (which: number, trouble: Trouble | undefined, who: Who): Step =>
  step(`see(${which}, ${trouble ?? 'well'}, ${who})`, async (game) => {
    const unseen = game.history.ory.pending().filter(({ seen }) => seen === undefined)
    const call = unseen[which % unseen.length]
    if (call === undefined) return game.ask(find(game, who), 'any')
    // A page or a 401 instead of readiness is no readiness at all, which is another game.
    const isNone = call.route === 'ready' && (trouble === 'page' || trouble === 'aal')
    call.see(isNone ? 500 : trouble)
    return undefined
  })

/** An answer arrives; where there is none to arrive, Ory looks at the call first. */
export const arrive = (which: number, who: Who): Step =>
  step(`arrive(${which}, ${who})`, async (game) => {
    const pending = game.history.ory.pending()
    const seen = pending.filter((call) => call.seen !== undefined)
    const call = seen[which % seen.length] ?? pending[which % pending.length]
    if (call === undefined) return game.exchange(find(game, who), 'any')
    if (call.seen === undefined) call.see()
    return game.arrive(call)
  })

export const catchUp = step('catchUp()', (game) => game.catchUp())

/** `'half'`: no session can be looked up, and readiness does not notice. */
export const database = (how: 'starts' | 'stops' | 'half'): Step =>
  step(`database(${how})`, async ({ history: { ory } }) => {
    const isSeen = how !== 'half'
    const wasUnseen = ory.database.wasUnseen || !isSeen
    Object.assign(ory.database, { isUp: how === 'starts', isSeen, wasUnseen })
  })

/** Somebody asks while the database comes and goes, from one answer to the next. */
export const flicker = (who: Who, pattern: readonly boolean[]): Step =>
  step(`flicker(${who}, ${pattern.map((isUp) => (isUp ? 'up' : 'down')).join(' ')})`, (game) => {
    const { database } = game.history.ory
    return game.exchange(find(game, who), 'any', undefined, (round) => {
      database.isUp = pattern[round] ?? database.isUp
    })
  })

/** One after the other asks, of different users. */
export const everyone = (policy: PolicyName): Step =>
  step(`everyone(${policy})`, async (game) => {
    for (const who of ['ada', 'bob', 'cyd', 'dan'] as const) {
      await game.exchange(find(game, who), policy)
    }
  })

/** Some, or all, meet a fault from now on, or none do. */
export const weather = (trouble: Trouble | undefined, whose: keyof typeof victims): Step =>
  step(`weather(${trouble ?? 'well'}, ${whose})`, async ({ history }) => {
    Object.assign(history.ory.weather, { trouble, isMet: victims[whose] })
  })

/** Who meets it: all, those with made-up credentials, or one who has several sessions. */
export const victims = {
  all: () => true,
  madeUp: ({ session }: Credential) => session === undefined,
  eve: ({ session }: Credential) => session?.identity === 'eve',
} as const

export const at = (what: 'end' | 'endAll' | 'stepUp', who: Slot): Step =>
  step(`${what}(${who})`, async ({ users }) => users[what](who))

export const signIn = (who: Slot, lifeMs: number): Step =>
  step(`signIn(${who}, ${lifeMs})`, async ({ users }) => users.signIn(who, lifeMs))

export const logOut = (who: Slot): Step =>
  step(`logOut(${who})`, (game) => game.logOut(find(game, who)))

export const invalidate = (who: Slot, by: 'session' | 'identity' | 'credential'): Step =>
  step(`invalidate(${who}, ${by})`, (game) => {
    const credential = find(game, who)
    const { id, identity } = credential.session!
    return game.invalidate(
      by === 'credential' ? { credential } : by === 'session' ? { session: id } : { identity },
    )
  })

/** Many at once with credentials of their own making. */
export const flood = (from: number, count: number): Step =>
  step(`flood(${from}, ${count})`, async (game) => {
    for (let number = from; number < from + count; number += 1) {
      await game.ask(game.users.madeUp(number), 'any')
    }
  })

/** Time goes by, in a suspend too; or somebody sets the clock on the wall. */
export const clock = (how: 'advance' | 'suspend' | 'set', ms: number): Step =>
  step(`${how}(${ms})`, async ({ history }) => {
    if (how === 'advance') history.clock.advance(ms)
    else history.clock.shiftWall(ms)
    if (how !== 'set') history.ory.advance(ms)
  })
