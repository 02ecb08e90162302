import type { Child } from '../../child.js'
import type { OryTasks } from '../ory-process.js'
import type { Span } from '../users.js'
import type { Random } from '../random.js'

/** A session at Ory, and all that ends it. All moments are `Date.now()`. */
export interface Guest {
  readonly session: string
  readonly token: string
  /** The earliest and the latest moment that it may expire at. */
  expires: Span
  /** The moments that it was to expire at before it was extended. */
  readonly extended: number[]
  /** When it was revoked or logged out. */
  ended: Span | undefined
  /** Opens no socket any more, so that no handshake's 401 tells the application of the end. */
  staysAway: boolean
}

/** Signs a user in, for some seconds or for long. */
export async function createGuest(ory: Child<OryTasks>, random: Random): Promise<Guest> {
  const isShort = random.chance(0.4)
  const { session, token, expiresAt } = await ory.ask('signIn', {
    ...(isShort ? { expiresInMs: Math.floor(random.between(2_000, 12_000)) } : {}),
  })
  return {
    session,
    token,
    expires: { from: expiresAt, to: expiresAt },
    extended: [],
    ended: undefined,
    staysAway: false,
  }
}

/** Whether a session is surely live at a moment. */
export function isSurelyLive({ expires, ended }: Guest, at: number): boolean {
  return ended === undefined && at < expires.from
}

/** Since when a session is surely over; infinite as long as it may be live. */
export function overSince({ expires, ended }: Guest): number {
  return Math.min(expires.to, ended?.to ?? Infinity)
}
