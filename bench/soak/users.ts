import type { Child } from '../child.js'
import { apps } from './apps.js'
import type { OryTasks } from './ory-process.js'
import type { Random } from './random.js'

/**
 * Something that was asked for at one moment and acknowledged at a later one: when it happened is
 * not known better than that. All moments are `Date.now()`.
 */
export interface Span {
  readonly from: number
  /** `Infinity` where no acknowledgement has come. */
  readonly to: number
}

/** What one application learned about a login, and what it said. */
export interface Acquaintance {
  /** Credential → since when it has been answered as live, and when it was last. */
  readonly live: Map<string, Span>
  /** When a call made it forget the session; `key` where that was the one credential. */
  forgotten: readonly { readonly span: Span; readonly key: string | undefined }[]
  loggedOut: { readonly span: Span; readonly key: string } | undefined
}

/** An identity at Ory. */
export interface Person {
  readonly identity: string
  /** Each change of it, the n-th of which made version n. */
  readonly changes: Span[]
}

/** A session at Ory, and everything about it that an answer is held against. */
export interface Login {
  readonly session: string
  readonly person: Person
  readonly token: string
  /** The values for the `Cookie` header that open it. */
  cookies: readonly string[]
  /** The earliest and the latest moment that it may expire at. */
  expires: Span
  /** When it ended, other than by expiry. */
  ended: Span | undefined
  /** When it came to its second factor. */
  steppedUp: Span | undefined
  /** When somebody proved to be there, if that was in the time that counts. */
  authenticated: Span | undefined
  /** By application. */
  readonly known: readonly Acquaintance[]
}

/** Everybody there is. */
export interface Population {
  /** Those who come by, the first most often. */
  readonly logins: Login[]
  /** Those whose sessions have ended, who come by all the same, oldest first. */
  readonly ended: Login[]
}

/** All logins of the person whose login this is. */
export function loginsOf({ logins, ended }: Population, { person }: Login): readonly Login[] {
  return [...logins, ...ended].filter((login) => login.person === person)
}

/** Runs a task, and tells when it can have happened. */
export async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly span: Span }> {
  const from = Date.now()
  const result = await work()
  return { result, span: { from, to: Date.now() } }
}

/** Signs somebody in, each a little otherwise. Default a new person. */
export async function signIn(
  ory: Child<OryTasks>,
  random: Random,
  familiar?: Person,
): Promise<Login> {
  const isAal2 = random.chance(0.2)
  const isLongAgo = random.chance(0.4)
  const { result, span } = await timed(async () =>
    ory.ask('signIn', {
      ...(familiar ? { identityId: familiar.identity } : { metadataPublic: { version: 0 } }),
      ...(isAal2 ? { aal: 'aal2' } : {}),
      ...(random.chance(0.15) ? { expiresInMs: Math.floor(random.between(1_500, 8_000)) } : {}),
      ...(isLongAgo ? { authenticatedAgoMs: 60 * 60_000 } : {}),
    }),
  )
  const { session, identity, cookie, token, expiresAt } = result
  return {
    session,
    token,
    person: familiar ?? { identity, changes: [] },
    cookies: [cookie],
    expires: { from: expiresAt, to: expiresAt },
    ended: undefined,
    steppedUp: isAal2 ? span : undefined,
    authenticated: isLongAgo ? undefined : span,
    known: apps.map(() => ({ live: new Map(), forgotten: [], loggedOut: undefined })),
  }
}

/** Most cookies of one session that are in use. */
const maxCookies = 5

/** Takes note of one more cookie of a session. */
export function adoptCookie(login: Login, cookie: string): void {
  login.cookies = [...login.cookies.slice(-maxCookies + 1), cookie]
}

/** How long past its last answer a credential is certain to be in memory, in milliseconds. */
const recentlyLiveMs = 20_000

/** Takes note that a credential was answered as live. */
export function noteLive({ live }: Acquaintance, key: string, at: number): void {
  const { from, to } = live.get(key) ?? { from: at, to: at }
  live.set(key, { from: at - to < recentlyLiveMs ? from : at, to: at })
}

/** Whether a credential was live moments before. */
export function wasLiveMomentsBefore({ live }: Acquaintance, key: string, at: number): boolean {
  const span = live.get(key)
  return span !== undefined && span.from < at && at - span.to < recentlyLiveMs
}

/** Whether a session is surely over at a moment. */
export function isOver({ ended, expires }: Login, now: number): boolean {
  return (ended !== undefined && ended.to < now) || expires.to < now
}
