import type { LiveSession } from '../session/parse-session.js'
import { readSeconds } from './response.js'
import type { Reply } from './response.js'

/**
 * How long past the end of a session the `Date` of the answer that tells of it may be, in
 * milliseconds: a session can end while the answer is on its way, and a proxy that writes a `Date`
 * of its own has a clock of its own.
 */
const lagMs = 60_000

/**
 * Ory's time when it answered, in milliseconds since the epoch, where it is after `now`, our own;
 * otherwise `-Infinity`. A cache on the way passes `Date` on as it was, and tells by `Age` how long
 * ago that is.
 *
 * A `Date` may be wrong: of a proxy, or of a stand-in for Ory in a test on a clock of its own. Ory
 * had just found the session live by its own clock, so one by which the session was long over is
 * not of that clock, and counts no more than one that can't be read: it would log out everybody.
 * One within the life of the session counts, however far it is from our time, since that may be as
 * wrong. So the worst that a wrong `Date` does is that sessions have to be asked about sooner, and
 * that logins look older.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.1
 */
export type ReadOryTime = (
  headers: Reply['headers'],
  live: Pick<LiveSession, 'expiresAt'>,
  now: number,
) => number

/** Makes a reader that knows the last `Date`: all answers of a second have the same. */
export function createOryTime(): ReadOryTime {
  let lastField: Field
  let lastDate = NaN

  return (headers, live, now) => {
    const field = headers['date']
    if (field !== lastField) {
      lastField = field
      lastDate = readDate(field)
    }
    if (lastDate >= live.expiresAt + lagMs) return -Infinity
    const time = lastDate + (readSeconds(headers['age']) ?? 0) * 1000
    return time > now ? time : -Infinity
  }
}

type Field = string | string[] | undefined

/**
 * NaN, with which every comparison fails, where it is no date. Only the form that senders have to use
 * is read; the two older ones nobody sends.
 */
function readDate(field: Field): number {
  const time = Date.parse(String(field))
  return new Date(time).toUTCString() === field ? time : NaN
}
