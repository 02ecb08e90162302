import type { LiveSession } from '../session/parse-session.js'
import { readSeconds } from './response.js'
import type { Reply } from './response.js'

/**
 * How long after the end of a session Ory's time may be in the answer that tells of it, in
 * milliseconds: a session can end while the answer is on its way.
 */
const lagMs = 60_000

/**
 * Ory's time when it answered, in milliseconds since the epoch, if it is after `now`, our own;
 * otherwise `-Infinity`. A cache on the way passes `Date` on unchanged, and adds by `Age` how long
 * ago that is.
 *
 * A proxy may write a wrong `Date`, or pass on the `Age` of a cache behind it beside a `Date` of its
 * own. Ory has just found the session live by its own clock. So a time long after the end of the
 * session is not Ory's, and is ignored: it would log all users out. Any other time counts, however
 * far it is from ours, because our clock may be as wrong. A wrong time can then make the cache ask
 * sooner and logins look older, no more.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.1
 */
export type ReadOryDate = (
  headers: Reply['headers'],
  live: Pick<LiveSession, 'expiresAt'>,
  now: number,
) => number

/** Makes a reader that keeps the last `Date` it parsed: all answers of a second have the same one. */
export function createOryDate(): ReadOryDate {
  let lastField: Field
  let lastDate = NaN

  return (headers, live, now) => {
    const field = headers['date']
    if (field !== lastField) {
      lastField = field
      lastDate = readDate(field)
    }
    const time = lastDate + (readSeconds(headers['age']) ?? 0) * 1000
    return time > now && time < live.expiresAt + lagMs ? time : -Infinity
  }
}

type Field = string | string[] | undefined

/**
 * NaN, with which every comparison fails, if the field is no date. Only the form that senders must
 * use is read: no server sends the two older ones.
 */
function readDate(field: Field): number {
  const time = Date.parse(String(field))
  return new Date(time).toUTCString() === field ? time : NaN
}
