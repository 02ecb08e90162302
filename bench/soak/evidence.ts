import { apps, isRoomy, lagMs } from './apps.js'
import type { Reply } from './client.js'
import { wasLiveMomentsBefore } from './users.js'
import type { Acquaintance, Login, Span } from './users.js'
import type { Carrying } from './credentials.js'
import type { Visit } from './visit.js'
import type { Weather } from './weather.js'

/** Two processes of one machine read the same clock; this is for what a step of it may do. */
const slackMs = 20
/** How long an application refuses what was logged out there. */
const loggedOutMs = 60_000
/** How often Ory is asked again before a denial for too little, in milliseconds. */
const againMs = 1_000
/** The age of the readiness that a 401 for an unknown credential may be held against, at most. */
const readinessAgeMs = 1_000

/** The latest moment at which a fact that changed may still be stated as it was before. */
function tellableUntil(visit: Visit, changed: Span): number {
  const spec = apps[visit.app]!
  if (visit.route === '/fresh') return changed.to
  const mayBeStale = visit.route === '/' || visit.route === '/optional'
  const graceMs = mayBeStale ? (spec.options.staleIfErrorMs ?? 0) : 0
  return changed.to + lagMs(spec) + graceMs
}

/** Whether a call after a change, and before a request, made an application forget the session. */
function wasForgotten(
  { forgotten }: Acquaintance,
  key: string,
  changed: Span,
  sentAt: number,
): boolean {
  return forgotten.some(
    (one) =>
      (one.key === undefined || one.key === key) &&
      one.span.from >= changed.to &&
      one.span.to < sentAt,
  )
}

/** A session after it was over. */
export function tooLate(
  visit: Visit,
  { login, key }: Carrying,
  { sentAt }: Reply,
): string | undefined {
  const known = login.known[visit.app]!
  if (sentAt > login.expires.to + slackMs) {
    return `a session ${sentAt - login.expires.to} ms after it expired`
  }
  const { loggedOut } = known
  if (
    loggedOut?.key === key &&
    loggedOut.span.to + slackMs < sentAt &&
    sentAt < loggedOut.span.from + loggedOutMs
  ) {
    return `a session ${sentAt - loggedOut.span.to} ms after it was logged out there`
  }
  const { ended } = login
  if (ended === undefined) return undefined
  if (wasForgotten(known, key, ended, sentAt - slackMs))
    return 'a session that had ended and was invalidated'
  return sentAt > tellableUntil(visit, ended) + slackMs
    ? `a session ${sentAt - ended.to} ms after it ended`
    : undefined
}

/** A session as it was too long ago. */
export function tooOld(
  visit: Visit,
  { login, key }: Carrying,
  { sentAt, receivedAt }: Reply,
  version: number,
): string | undefined {
  const { changes } = login.person
  const known = login.known[visit.app]!
  const next = changes[version]
  if (next !== undefined) {
    if (wasForgotten(known, key, next, sentAt - slackMs)) {
      return `version ${version} of a person, though invalidated since`
    }
    if (sentAt > tellableUntil(visit, next) + slackMs) {
      return `version ${version} of a person, ${sentAt - next.to} ms after the next`
    }
  }
  const own = changes[version - 1]
  if (version > 0 && (own === undefined || own.from > receivedAt + slackMs)) {
    return `version ${version} of a person, of which there is none yet`
  }
  return undefined
}

/** A route that asks for more than the session has. */
export function tooMuch({ route }: Visit, login: Login, { receivedAt }: Reply): string | undefined {
  const proof =
    route === '/aal2' ? login.steppedUp : route === '/recent' ? login.authenticated : { from: 0 }
  return proof === undefined || proof.from > receivedAt + slackMs
    ? `let in to ${route} without what it asks for`
    : undefined
}

/** A denial for want of something that the session has had for long enough. */
export function notSeen(
  visit: Visit,
  proof: Span | undefined,
  { sentAt, receivedAt }: Reply,
  weather: Weather,
): string | undefined {
  if (proof === undefined) return undefined
  // Ory is asked again before the denial, once a second, and answers if it is well.
  const { timeoutMs = 2_000 } = apps[visit.app]!.options
  const soonest = weather.isFine(visit.app, proof.to, receivedAt)
    ? proof.to + againMs + timeoutMs
    : Infinity
  const until = Math.min(soonest, tellableUntil(visit, proof))
  return sentAt > until + slackMs
    ? `denied ${visit.route} ${sentAt - proof.to} ms after what it asks for was there`
    : undefined
}

/** Whether a credential must count as that of a known caller, in the process that got it. */
function isKnownCaller({ app }: Visit, carried: Carrying, sentAt: number): boolean {
  const { login, key, isComposite } = carried
  // Several cookies are bounded per session, and a little memory forgets everybody.
  if (isComposite || !isRoomy(apps[app]!)) return false
  return wasLiveMomentsBefore(login.known[app]!, key, sentAt)
}

/** Whether a session may have been over, there at least, by the time of an answer. */
function mayBeOver({ app }: Visit, { ended, expires, known }: Login, receivedAt: number): boolean {
  const { loggedOut } = known[app]!
  return (
    (ended !== undefined && ended.from <= receivedAt) ||
    expires.from <= receivedAt + slackMs ||
    (loggedOut !== undefined && loggedOut.span.from <= receivedAt)
  )
}

/** Logged out, though the session lives. */
export function loggedOutWrongly(
  visit: Visit,
  carried: Carrying,
  { sentAt, receivedAt }: Reply,
  weather: Weather,
): string | undefined {
  const spec = apps[visit.app]!
  if (mayBeOver(visit, carried.login, receivedAt)) return undefined
  const isKnown = isKnownCaller(visit, carried, sentAt)
  const { refusalTtlMs = 2_000, timeoutMs = 2_000 } = spec.options
  const doubtMs = refusalTtlMs + timeoutMs + readinessAgeMs
  if (!isKnown && weather.hadOutage(sentAt - doubtMs, receivedAt)) return undefined
  return isKnown ? 'logged out, though its caller was known' : 'logged out, though it lives'
}

/** A 503 in fine weather. */
export function unavailableWrongly(
  visit: Visit,
  carried: Carrying,
  { sentAt, receivedAt, headers }: Reply,
  weather: Weather,
): string | undefined {
  if (!weather.isFine(visit.app, sentAt, receivedAt)) return undefined
  const message = headers['x-reason'] ?? 'no reason'
  // A second look at a 401 is excused by what excuses a first one.
  const [reason] = message.replace(/^ambiguous_401: /, '').split(':')
  // A machine that is busy enough is late without any fault of ours.
  if (reason === 'timeout' || reason === 'not confirmed in time') {
    weather.noteLate(visit.app)
    return undefined
  }
  // An unknown caller shares permits and a budget with made-up credentials, and so does an ended session.
  const mayBeThrottled =
    !isKnownCaller(visit, carried, sentAt) || mayBeOver(visit, carried.login, receivedAt)
  // Three sessions that end at about the same time look like a failing database, for ten seconds.
  const looksLikeOutage = reason === 'many sessions turned 401'
  if (looksLikeOutage && mayBeOver(visit, carried.login, receivedAt)) return undefined
  return reason === 'throttled' && mayBeThrottled
    ? undefined
    : `unavailable in fine weather: ${message}`
}
