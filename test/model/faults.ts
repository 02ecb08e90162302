import type { Call, Credential, Moment, Said } from './call.js'
import {
  isAbout,
  isKnownThroughout,
  isSame,
  meanwhile,
  readinessMs,
  type Asked,
  type History,
} from './history.js'
import { must } from '../support/must.js'
import { isOutage, isSuspicious } from './threes.js'

/** The longest pause after a 429, in milliseconds. */
const pauseMs = 30_000
/** How long a 429 bounds how often one person may ask, in milliseconds. */
const scarceMs = pauseMs + 10_000
/** How many questions of one person then pass in a second. */
const sharePerSecond = 5
/** How many answers may be overtaken by an `invalidate`. */
const maxAttempts = 3
/** Refusals of unknown credentials that may come in a burst, and questions that may wait: per connection. */
const [burst, waiting] = [4, 10]

/** A 503 has a fault behind it, and one that concerns the request. */
export function judgeUnavailable(asked: Asked, history: History): void {
  const reasons = [
    isFaulty,
    isUnready,
    isOvertaken,
    isOutage,
    isSuspicious,
    isSpared,
    isPastShare,
    isMadeUp,
  ]
  must(
    reasons.some((has) => has(asked, history)),
    'a 503 has a fault behind it',
  )
}

const troubles: ReadonlySet<Said> = new Set<Said>([500, 'reset', 429, 'page', 'aal'])
const isTrouble = ({ seen }: Call): boolean => seen !== undefined && troubles.has(seen.said)

/** Its own question met a fault. */
function isFaulty(asked: Asked, history: History): boolean {
  return meanwhile(history, asked).some(isTrouble)
}

/** Its own question was refused, and Ory was not ready. */
function isUnready(asked: Asked, history: History): boolean {
  return meanwhile(history, asked).some(
    ({ seen, ended }) =>
      seen!.said === 'refused' &&
      history.ory.calls.some(
        (call) =>
          call.route === 'ready' &&
          (call.seen?.said === 'unready' || isTrouble(call)) &&
          call.ended !== undefined &&
          call.ended.order < asked.decided!.order &&
          call.ended.monotonic > ended!.monotonic - readinessMs,
      ),
  )
}

/** One `invalidate`, or logout, after the other overtook its questions. */
function isOvertaken(asked: Asked, history: History): boolean {
  const { invalidated, loggedOut } = history
  const { credential } = asked
  const overtakers = [
    ...invalidated.filter(({ target }) => isAbout(target, credential)),
    ...loggedOut.filter((one) => isSame(one.credential, credential)),
  ]
  // A question is launched when the one before is answered, and may wait in line before its call.
  const overtaken = meanwhile(history, asked).filter((_call, index, calls) => {
    const launched = calls[index - 1]?.ended ?? asked.from
    return overtakers.some(({ order }) => order > launched.order)
  })
  return overtaken.length >= maxAttempts
}

/** Ory asked for a pause, which stops unknown callers alone. */
function isSpared(asked: Asked, history: History): boolean {
  const { decided } = asked
  if (isKnownThroughout(asked, history)) return false
  return history.ory.calls.some(
    ({ seen, ended }) =>
      seen?.said === 429 &&
      ended !== undefined &&
      ended.order < decided!.order &&
      decided!.monotonic - ended.monotonic < pauseMs,
  )
}

/** Ory asked for a pause a while ago, and within the last second the person asked five times. */
function isPastShare(asked: Asked, history: History): boolean {
  const { credential, decided } = asked
  const isBefore = ({ order, monotonic }: Moment, ms: number): boolean =>
    order < decided!.order && decided!.monotonic - monotonic < ms
  const isOwn = (one: Credential | undefined): boolean =>
    one?.session !== undefined && one.session.identity === credential.session?.identity
  const { calls } = history.ory
  // Each question once: by its call, or by who asked where it came to none.
  const own = [
    ...calls.filter((call) => isOwn(call.credential)).map(({ began }) => began),
    ...history.asked
      .filter((one) => one !== asked && isOwn(one.credential) && isWithoutCall(one, calls))
      .map(({ arrived }) => arrived),
  ]
  return (
    calls.some(({ seen, ended }) => seen?.said === 429 && ended && isBefore(ended, scarceMs)) &&
    own.filter((moment) => isBefore(moment, 1_000)).length >= sharePerSecond
  )
}

/** It is in line for Ory, or was turned away before it got there. */
function isWithoutCall(
  { credential, arrived, decided, decision }: Asked,
  calls: readonly Call[],
): boolean {
  if (decision && decision.error?.code !== 'authentication_unavailable') return false
  return !calls.some(
    ({ credential: other, began, ended }) =>
      other === credential &&
      (ended === undefined || ended.order > arrived.order) &&
      (decided === undefined || began.order < decided.order),
  )
}

/** The budget of unknown callers is used up, or their waiting list is full. */
function isMadeUp(asked: Asked, history: History): boolean {
  const { arrived } = asked
  if (isKnownThroughout(asked, history)) return false
  const { ory, chosen, leaving } = history
  const refused = ory.calls.filter(
    ({ seen, ended }) => (seen?.said === 'refused' || seen?.said === 'page') && ended,
  )
  const undecided = history.asked.filter((one) => !one.decided || one.decided.order > arrived.order)
  return (
    // A logout of an unknown caller costs as much as a refusal, however it ends.
    refused.length + leaving.length >= chosen.connections * burst ||
    undecided.length + leaving.length > chosen.connections * waiting
  )
}
