import type { Sent } from './client/http.js'

/** What the Kratos is configured to: see CONTRIBUTING.md. */
export const configurations = ['plain', 'highest', 'cacheable', 'brief'] as const
export type Configuration = (typeof configurations)[number]

export interface Person {
  readonly traits: { readonly email: string; readonly name?: Readonly<Record<string, string>> }
  readonly verified?: boolean
  readonly metadataPublic?: Readonly<Record<string, unknown>>
}

/** A session, and the one credential that it was issued with. */
export interface SignedIn {
  readonly identity: string
  readonly session: string
  readonly by: 'token' | 'cookie'
  /** The session token, or the value of the session cookie. */
  readonly value: string
}

/** What the table does to an Ory before it asks; the fake and a real Kratos both can. */
export interface Ory {
  readonly url: string
  /** Its clock: the fake's can be moved ahead, a real Kratos has the time of day. */
  readonly now: () => number
  /** Every call makes an identity of its own. */
  signIn(person: Person, by: SignedIn['by'], secondFactor?: 'enrolled'): Promise<SignedIn>
  /** Another session of somebody who is signed in. */
  signInAgain(who: SignedIn, by: SignedIn['by']): Promise<SignedIn>
  /** What a login form of this person is filled with. */
  loginFields(who: SignedIn): Readonly<Record<string, string>>
  /** Changes a password, which ends every other session of that person. */
  changePassword(who: SignedIn): Promise<void>
  /** Resolves to the session with the credential that came out of it. */
  stepUp(who: SignedIn): Promise<SignedIn>
  logOut(who: SignedIn): Promise<void>
  revoke(who: SignedIn): Promise<void>
  extend(who: SignedIn): Promise<void>
  deactivate(who: SignedIn): Promise<void>
  /** Resolves when the session has run out. */
  expire(who: SignedIn): Promise<void>
  close(): Promise<void>
}

/** An Ory whose database can be taken away. */
export interface OryOnDatabase extends Ory {
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
}

/** The request headers that carry a credential. */
export function carry({ by, value }: Pick<SignedIn, 'by' | 'value'>): Record<string, string> {
  return by === 'token' ? { 'x-session-token': value } : { cookie: `ory_kratos_session=${value}` }
}

export function whoami(headers: Record<string, string> = {}, method = 'GET'): Sent {
  return { method, path: '/sessions/whoami', headers }
}
