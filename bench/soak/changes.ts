import type { SessionInvalidateTarget } from 'express-ory-session'
import type { Child } from '../child.js'
import type { AppTasks } from './app-process.js'
import { apps } from './apps.js'
import type { OryTasks } from './ory-process.js'
import { adoptCookie, loginsOf, timed } from './users.js'
import type { Acquaintance, Login, Population, Span } from './users.js'
import type { Random } from './random.js'

export interface ChangeParts {
  readonly ory: Child<OryTasks>
  readonly app: Child<AppTasks>
  readonly population: Population
  readonly random: Random
}

/** What can be done to users, each noted with when it can have taken effect. */
export interface Changes {
  end(affected: readonly Login[], work: () => Promise<unknown>): Promise<void>
  /** Tells one application to forget a session, in one of the ways there are. */
  invalidate(login: Login, app: number): Promise<void>
  invalidateEverywhere(login: Login): Promise<unknown>
  /** Changes what is known of a person. */
  update(login: Login): Promise<void>
  /** Something that makes a session last longer, as far as Ory tells afterwards. */
  prolong(login: Login, work: () => Promise<unknown>): Promise<Span>
  /** Somebody shows another factor, or the first once more. */
  prove(login: Login, factor: 'stepUp' | 'refresh'): Promise<void>
}

/** How many forgettings of one login by one application are remembered. */
const maxForgotten = 20

/** Takes note that a session is being forgotten, or has been: its caller was not known then. */
function forget(acquaintance: Acquaintance, span: Span, key: string | undefined): void {
  acquaintance.live.clear()
  const before = acquaintance.forgotten.filter(({ span: { to } }) => to !== Infinity)
  acquaintance.forgotten = [...before.slice(-maxForgotten + 1), { span, key }]
}

export function createChanges({ ory, app, population, random }: ChangeParts): Changes {
  async function end(affected: readonly Login[], work: () => Promise<unknown>): Promise<void> {
    const from = Date.now()
    for (const login of affected) login.ended ??= { from, to: Infinity }
    await work()
    for (const login of affected) {
      if (login.ended?.to === Infinity) login.ended = { from: login.ended.from, to: Date.now() }
    }
  }

  async function invalidate(login: Login, index: number): Promise<void> {
    const cookie = random.pick(login.cookies)
    const key = random.chance(0.5) ? login.token : cookie
    const headers = key === cookie ? { cookie } : { 'x-session-token': key }
    const target = random.pick<SessionInvalidateTarget>([
      { session: login.session },
      { identity: login.person.identity },
      { request: { headers } },
    ])
    const affected = 'identity' in target ? loginsOf(population, login) : [login]
    const forgotten = 'request' in target ? key : undefined
    const from = Date.now()
    for (const each of affected) forget(each.known[index]!, { from, to: Infinity }, forgotten)
    await app.ask('invalidate', { app: index, target })
    const span = { from, to: Date.now() }
    for (const each of affected) forget(each.known[index]!, span, forgotten)
  }

  const invalidateEverywhere = async (login: Login): Promise<unknown> =>
    Promise.all(apps.map(async (_, index) => invalidate(login, index)))

  async function update({ person }: Login): Promise<void> {
    const { identity, changes } = person
    const from = Date.now()
    changes.push({ from, to: Infinity })
    await ory.ask('update', { identity, version: changes.length })
    changes[changes.length - 1] = { from, to: Date.now() }
  }

  async function prolong(login: Login, work: () => Promise<unknown>): Promise<Span> {
    const { from } = login.expires
    login.expires = { from, to: Infinity }
    const { span } = await timed(work)
    const to = await ory.ask('expiresAt', login.session)
    // An answer from before may be judged after.
    login.expires = { from: Math.min(from, to), to }
    return span
  }

  async function prove(login: Login, factor: 'stepUp' | 'refresh'): Promise<void> {
    const { steppedUp, authenticated } = login
    const note = (span: Span): void => {
      login.authenticated = authenticated ?? span
      if (factor === 'stepUp') login.steppedUp = steppedUp ?? span
    }
    note({ from: Date.now(), to: Infinity })
    note(await prolong(login, async () => adoptCookie(login, await ory.ask(factor, login.session))))
  }

  return { end, invalidate, invalidateEverywhere, update, prolong, prove }
}
