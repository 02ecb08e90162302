import {
  arrivedCalls,
  isAbout,
  isBetween,
  isSame,
  lastHeard,
  launchOf,
  loggedOutMs,
  meanwhile,
  since,
  sourcesOf,
  tell,
  type Asked,
  type History,
} from './history.js'
import type { SessionAuthentication } from '../../lib/auth/authenticate.js'
import type { Call, Moment, Seen } from './call.js'
import { judgeRefusal } from './refusals.js'
import { judgeUnavailable } from './faults.js'
import { must } from '../support/must.js'

type Arrived = Call & { readonly seen: Seen; readonly ended: Moment }
type Grant = Extract<SessionAuthentication, { session: object }>

/** Holds one decision against all that happened. Throws the rule that it breaks, and whose it is. */
export function judge(asked: Asked, history: History): void {
  try {
    judgeDecision(asked, history)
  } catch (error) {
    const { credential, policy, arrived, decision } = asked
    const what = decision?.error?.code ?? decision?.session?.id
    const who = `${credential.value} (${policy}, arrived at ${arrived.order}): ${String(what)}`
    const message = `${(error as Error).message}, for ${who}\n${tell(history)}`
    throw new Error(message, { cause: error })
  }
}

/** The denials that there are reasons for here. */
const judges = new Map<string, (asked: Asked, history: History) => void>([
  ['session_invalid', judgeRefusal],
  ['session_aal2_required', judgeLevel],
  ['authentication_unavailable', judgeUnavailable],
])

function judgeDecision(asked: Asked, history: History): void {
  const { decision } = asked
  must(decision !== undefined, 'every request is decided')
  if (decision.error === undefined) {
    judgeGrant(asked, decision, history)
    return
  }
  const { code } = decision.error
  must(judges.has(code), `a denial has a reason, which ${code} has not`)
  judges.get(code)?.(asked, history)
}

function judgeGrant(asked: Asked, grant: Grant, history: History): void {
  const { credential } = asked
  const { session } = grant
  const { number } = session.identity.traits as { number: number }
  const call = history.ory.calls[number]
  must(call?.seen?.said === 'live', 'a session is one that Ory described')
  must(call.credential === credential, 'nobody gets the session of another credential')
  const { id, identity } = credential.session!
  must(session.id === id && session.identity.id === identity, 'nobody gets another session')
  // What Ory said in the same words several times may have come with any of those answers.
  const sources = sourcesOf(history, credential, number)
  must(sources.length > 0, 'a session has arrived')
  const errors: unknown[] = []
  for (const source of sources) {
    try {
      judgeSource(asked, grant, source, history)
      return
    } catch (error) {
      errors.push(error)
    }
  }
  throw errors[0]
}

function judgeSource(asked: Asked, { servedFrom }: Grant, call: Call, history: History): void {
  const { chosen, invalidated, loggedOut } = history
  const { credential, policy, arrived } = asked
  const { began, seen, ended } = call as Arrived
  const { expiresAt } = credential.session!

  // What happens between a decision and its arrival comes too late for it.
  const at = { upstream: ended, cache: arrived, stale: lastHeard(history, asked) }[servedFrom]
  const age = Math.min(since(began, at), since(launchOf(history, call), at))
  const lifeMs = expiresAt - began.now
  const ttlMs = Math.min(chosen.cacheTtlMs, lifeMs)
  must(at.now < expiresAt, 'nothing is served past expires_at')
  must(
    servedFrom === 'upstream' || age < lifeMs,
    'nothing is served past expires_at on either clock',
  )
  must(
    !invalidated.some((one) => isBetween(one, began, at) && isAbout(one.target, credential)),
    'nothing is served after an invalidate',
  )
  const isForgetful = chosen.cacheMaxSessions < 100
  must(
    isForgetful ||
      !loggedOut.some(
        (one) =>
          one.order < at.order &&
          since(one, at) < loggedOutMs &&
          ((one.hasEnded && one.credential === credential) ||
            (one.wasKnown && isSame(one.credential, credential))),
      ),
    'nothing is served after a logout',
  )
  must(servedFrom !== 'stale' || policy === 'any', 'no grace where the policy asks for more')
  must(policy !== 'aal2' || seen.aal === 'aal2', 'the policy holds')
  must(!hasBeenRefused(asked, ended.order, history), 'nothing is served after a refusal')
  if (servedFrom === 'upstream') {
    must(ended.order > arrived.order, 'what came from Ory came while the request waited')
    if (policy !== 'fresh') return
    must(began.order > arrived.order && call.isForced, 'a fresh answer began after all')
    return
  }
  must(policy !== 'fresh', 'a fresh answer comes from Ory')
  if (servedFrom === 'cache') {
    must(ended.order < arrived.order, 'what is in memory came before')
    must(age < ttlMs, 'nothing is served past its TTL')
    return
  }
  must(age < ttlMs + chosen.staleIfErrorMs, 'the grace in an outage ends')
  judgeUnavailable(asked, history)
}

/** Whether the credential was refused after what was known of it then had come. */
function hasBeenRefused({ credential }: Asked, from: number, { asked, ory }: History): boolean {
  return asked.some(
    (one) =>
      one.credential === credential &&
      one.decided !== undefined &&
      one.decided.order > from &&
      one.arrived.order > from &&
      one.decision?.error?.code === 'session_invalid' &&
      !ory.isLive(credential.session!),
  )
}

function judgeLevel(asked: Asked, history: History): void {
  const calls = arrivedCalls(history, asked.credential, asked.decided!)
  const last = calls.findLast(({ seen }) => seen!.said === 'live')
  const all = [...meanwhile(history, asked), ...(last ? [last] : [])]
  must(asked.policy === 'aal2', 'only who asks for a level hears that it is too low')
  must(
    all.some(({ seen }) => seen!.said === 'live' && seen!.aal === 'aal1'),
    'a level is too low by what is known',
  )
}
