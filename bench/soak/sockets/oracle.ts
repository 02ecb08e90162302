import type { Weather } from '../weather.js'
import { overSince } from './guest.js'
import type { Guest } from './guest.js'
import { doubtMs, everyMs, lagMs, slackMs } from './settings.js'

/** A WebSocket of a guest. All moments are `Date.now()`. */
export interface OpenSocket {
  readonly guest: Guest
  /** Whether the client has the 101. */
  isOpen: boolean
  /** When it was invalidated in the application: it may end from the first moment, and must at the second. */
  invalidated: { readonly from: number; to: number }
}

/** Why a socket should be closed by now, or `undefined` if it may be open. */
export function outlived(
  { guest, invalidated }: OpenSocket,
  weather: Weather,
  isLate: boolean,
  now: number,
): string | undefined {
  // The application knows these without a question, so the weather is no excuse.
  if (now > invalidated.to + slackMs) return 'it outlives an invalidation or a logout'
  if (now > guest.expires.to + 1_000 + slackMs) return 'it outlives expires_at'
  // On a late machine, a question may have met its deadline, and the next comes after `everyMs`.
  const patienceMs = (isLate ? 3 : 1) * everyMs + slackMs
  // Without an answer, Ory may have been asked in vain until the weather was fine again.
  if (now > overSince(guest) + patienceMs && weather.isFine(0, now - patienceMs, now)) {
    return 'it lives everyMs past the end of its session'
  }
  return undefined
}

/** Why a socket should not have been closed by the application, or `undefined` if it was right. */
export function endedEarly(
  { guest, invalidated }: OpenSocket,
  weather: Weather,
  at: number,
): string | undefined {
  if (at >= invalidated.from || at >= (guest.ended?.from ?? Infinity)) return undefined
  if (at >= guest.expires.from) return undefined
  // An outage hides an extension.
  const hidden = guest.extended.some((was) => was <= at && !weather.isFine(0, was - everyMs, at))
  return hidden ? undefined : 'it ends before its session'
}

/** Why the answer to a handshake is wrong, or `undefined` if it is right. */
export function wrongHandshake(
  guest: Guest,
  status: number,
  weather: Weather,
  isLate: boolean,
  { from, to }: { readonly from: number; readonly to: number },
): string | undefined {
  if (status === 101) {
    return from > overSince(guest) + lagMs + slackMs ? 'let in after the end' : undefined
  }
  if (status !== 401 && status !== 503) return `status ${String(status)}`
  const mayBeOver = to >= Math.min(guest.expires.from, guest.ended?.from ?? Infinity)
  if (status === 401) return mayBeOver ? undefined : 'a 401 for a live session'
  // Three sessions that end at about the same time look like a failing database, for ten seconds.
  const mayBeInDoubt = mayBeOver && from <= overSince(guest) + doubtMs + slackMs
  return !mayBeInDoubt && !isLate && weather.isFine(0, from, to)
    ? 'a 503 in fine weather'
    : undefined
}
