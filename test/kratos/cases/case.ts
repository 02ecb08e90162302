import type { Sent } from '../client/http.js'
import { carry, whoami, type Configuration, type Ory, type Person, type SignedIn } from '../ory.js'

export interface Case {
  /** The file of the recorded answer to the same question, where there is one. */
  readonly recording?: string
  /** To what it is an answer. */
  readonly title: string
  readonly on: Configuration
  /** Brings an Ory to where it should be, and returns what to ask of it then. */
  readonly given: (ory: Ory) => Promise<Sent>
}

export const cookieName = 'ory_kratos_session'
export const garbageCookie = `${cookieName}=garbage`

export const alice: Person = {
  traits: { email: 'alice@example.com', name: { first: 'Alice', last: 'Ä. Ünïcode' } },
  verified: true,
  metadataPublic: { role: 'admin' },
}
export const bob: Person = { traits: { email: 'bob@example.com' } }

/** The same request whatever the Ory. */
export function always(sent: Sent): Case['given'] {
  return () => Promise.resolve(sent)
}

/** whoami with headers made from a token of Alice's. */
export function withToken(headers: (token: string) => Record<string, string>, method?: string) {
  return async (ory: Ory) => whoami(headers((await ory.signIn(alice, 'token')).value), method)
}

/** whoami with a Cookie header made from the value of a session cookie of Alice's. */
export function withCookie(cookie: (value: string) => string) {
  return async (ory: Ory) => whoami({ cookie: cookie((await ory.signIn(alice, 'cookie')).value) })
}

/** whoami with the credential of a session of Bob's after what happened to it. */
export function after(by: SignedIn['by'], happen?: (ory: Ory, who: SignedIn) => Promise<void>) {
  return async (ory: Ory) => {
    const who = await ory.signIn(bob, by)
    await happen?.(ory, who)
    return whoami(carry(who))
  }
}
