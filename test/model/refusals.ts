import {
  arrivedCalls,
  isBetween,
  isSame,
  isSurelyKnown,
  loggedOutMs,
  meanwhile,
  readinessMs,
  since,
  type Asked,
  type History,
} from './history.js'
import { must } from '../support/must.js'
import type { Call, Moment, TrueSession } from './call.js'
import { users, turnedBy } from './threes.js'

/** How long after an outage nobody is refused on one question, in milliseconds. */
const recoveringMs = 59_000
/** How long the rule of three holds, in milliseconds. */
const ruleOfThreeMs = 10_000

/** Who is live is refused by nobody but time, the application itself, or an outage with leave. */
export function judgeRefusal(asked: Asked, history: History): void {
  const { credential, decided } = asked
  if (isLoggedOut(asked, history)) return
  if (credential.session && isLive(credential.session, history)) excuse(asked, history)
  const call = meanwhile(history, asked).at(-1)
  const isRemembered = !history.ory.calls.some(
    ({ ended }) => ended && isBetween(ended, asked.arrived, decided!),
  )
  // A session that Ory still tells of is refused when its time is up here.
  if (isRemembered || call?.seen!.said !== 'refused' || !history.chosen.hasReadiness) return
  must(
    readyCalls(history, decided!).some(
      ({ ended }) => ended!.monotonic > call.ended!.monotonic - readinessMs,
    ),
    'nobody is refused by an Ory that is not known to be well',
  )
}

function isLive(session: TrueSession, { ory, clock }: History): boolean {
  return ory.isLive(session) && clock.now() < session.expiresAt
}

function isLoggedOut({ credential, decided }: Asked, { loggedOut }: History): boolean {
  return loggedOut.some(
    (one) => isSame(one.credential, credential) && since(one, decided!) < loggedOutMs,
  )
}

/** The readiness calls that had arrived by a moment and described a database that is there. */
function readyCalls({ ory }: History, by: Moment): Call[] {
  return ory.calls.filter(
    ({ route, seen, ended }) =>
      route === 'ready' && seen?.said === 'ready' && ended && ended.order < by.order,
  )
}

/** An outage lasts longer than anybody is known: moments after one, all count as known. */
function isRecovering(at: Moment, history: History): boolean {
  const { ory, asked } = history
  const isRecent = ({ order, monotonic }: Moment): boolean =>
    order < at.order && at.monotonic - monotonic < recoveringMs
  const unready = ory.calls.filter(
    ({ seen, ended }) => seen?.said === 'unready' && ended && isRecent(ended),
  )
  // Somebody's 401 was held against it: readiness is asked for the sake of logouts, too.
  return asked.some(
    (one) =>
      one.decided &&
      isRecent(one.decided) &&
      one.decision?.error?.code === 'authentication_unavailable' &&
      meanwhile(history, one).at(-1)?.seen?.said === 'refused' &&
      unready.some(({ ended }) => isBetween(ended!, one.arrived, one.decided!)),
  )
}

/** A 401 to somebody who is live: looks whether the outage had leave to bring it about. */
function excuse({ credential, decided }: Asked, history: History): void {
  const calls = arrivedCalls(history, credential, decided!)
  const last = calls.findLastIndex(({ seen }) => seen!.said === 'refused')
  const [before, call] = [calls[last - 1], calls[last]]
  must(call !== undefined, 'nobody is refused whom Ory has not refused')
  const wasKnown = isSurelyKnown(history, credential, call.began)
  const wellSince = (from: Call, to: Moment): boolean =>
    readyCalls(history, decided!).some(
      ({ seen }) => seen!.order > from.seen!.order && seen!.order < to.order,
    )
  if (wasKnown) ruleOfThree(credential.session!.identity, call.ended!, history)
  const { hasReadiness } = history.chosen
  if (hasReadiness && wasKnown) {
    // There may be several looks between the two readiness answers.
    const start = calls.slice(0, last).findLastIndex(({ seen }) => seen!.said !== 'refused') + 1
    must(
      calls.slice(start, last).some((one) => wellSince(one, call.seen!)),
      'who is live is asked about once more, by an Ory that is well',
    )
    must(wellSince(call, decided!), 'who is live is not refused in an outage')
  } else if (hasReadiness && isRecovering(call.ended!, history)) {
    must(before?.seen?.said === 'refused', 'who may be live is asked about once more')
  }
  history.excused.push({ ...call.ended!, credential, wasKnown })
}

/** An outage that readiness does not notice may refuse two identities before it is one. */
function ruleOfThree(identity: string, at: Moment, history: History): void {
  const { ory, excused } = history
  // After ten seconds without a 200, a 401 is believed again.
  const third = turnedBy(history, at.order, at.monotonic)
    .map(({ monotonic }) => monotonic)
    .sort((one, other) => one - other)[users - 1]
  if (third !== undefined && at.monotonic - third >= ruleOfThreeMs - 1) return
  const answers = ory.calls.filter(({ seen, ended }) => seen?.said === 'live' && ended)
  const refused = excused
    .filter(({ wasKnown, order }) => {
      const [from, to] = [order, at.order].sort((one, other) => one - other)
      return wasKnown && !answers.some(({ ended }) => ended!.order > from! && ended!.order < to!)
    })
    .filter(({ monotonic }) => Math.abs(at.monotonic - monotonic) < ruleOfThreeMs)
    .map(({ credential }) => credential.session!.identity)
  must(new Set([...refused, identity]).size < users, 'three users who turn 401 are an outage')
}
