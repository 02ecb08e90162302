import type { SessionRequest } from '../../lib/credential/request-headers.js'
import type { Credential, Ory, TrueSession } from './call.js'
import { cookieName } from './ory.js'

/**
 * Who there is: by session, by identity, and by what the session is carried with. Ada has two
 * sessions. Eve has three, and means no good.
 */
const slots = {
  ada: ['ada', 'ada', 'token'],
  adaCookie: ['ada', 'ada', 'cookie'],
  adaPhone: ['adaPhone', 'ada', 'token'],
  bob: ['bob', 'bob', 'token'],
  bobCookie: ['bob', 'bob', 'cookie'],
  cyd: ['cyd', 'cyd', 'token'],
  dan: ['dan', 'dan', 'cookie'],
  eve1: ['eve1', 'eve', 'token'],
  eve2: ['eve2', 'eve', 'token'],
  eve3: ['eve3', 'eve', 'cookie'],
} as const

export type Slot = keyof typeof slots
export const everybody = Object.keys(slots) as Slot[]

export interface Users {
  /** What somebody carries now. */
  credential(slot: Slot): Credential
  /** A credential that nobody has issued. */
  madeUp(number: number): Credential
  /** Begins another session instead of the one that there was. */
  signIn(slot: Slot, lifeMs: number): void
  /** Ends a session at Ory. */
  end(slot: Slot): void
  /** Ends every session of a person, as changing a password does. */
  endAll(slot: Slot): void
  stepUp(slot: Slot): void
}

export function createUsers(ory: Ory): Users {
  const sessions = new Map<string, TrueSession>()
  const past: TrueSession[] = []

  function sessionOf(slot: Slot): TrueSession {
    const [name] = slots[slot]
    const session = sessions.get(name)
    if (session === undefined) throw new Error(`${slot} has not signed in`)
    return session
  }

  const users: Users = {
    credential(slot) {
      const session = sessionOf(slot)
      const [, , source] = slots[slot]
      const value = source === 'token' ? `ory_st_${session.id}` : `cookie-${session.id}`
      return ory.credential(value, source, session)
    },
    madeUp: (number) => ory.credential(`ory_st_made_up${number}`, 'token'),
    signIn(slot, lifeMs) {
      const [name, identity] = slots[slot]
      const session: TrueSession = {
        id: `${name}-${past.length}`,
        identity,
        expiresAt: Math.floor(ory.now()) + lifeMs,
        aal: 'aal1',
        hasEnded: false,
      }
      past.push(session)
      sessions.set(name, session)
    },
    end: (slot) => void (sessionOf(slot).hasEnded = true),
    endAll(slot) {
      const { identity } = sessionOf(slot)
      for (const session of past) if (session.identity === identity) session.hasEnded = true
    },
    stepUp: (slot) => void (sessionOf(slot).aal = 'aal2'),
  }
  for (const slot of everybody) users.signIn(slot, 3_600_000)
  return users
}

export function requestOf({ source, value }: Credential): SessionRequest & { headers: object } {
  return source === 'cookie'
    ? { headers: { cookie: `a=1; ${cookieName}=${value}` } }
    : { headers: { 'x-session-token': value } }
}
