import type { SessionAuthentication } from '../../../../lib/auth/authenticate.js'
import { must } from '../../../support/must.js'
import type { Model } from './model.js'
import { users, type Call, type Moment, type Who } from './world.js'

export type PolicyName = 'any' | 'aal2' | 'fresh'

/** What one request asked for, and what became of it. */
export interface Asked {
  readonly who: Who
  readonly policy: PolicyName
  readonly arrived: Moment
  /** Its session was known and fell short, so only a call past every cache can help it. */
  isSecondLook: boolean
  decision: SessionAuthentication | undefined
}

/** The lines that reached somebody already. */
export type Delivered = Set<string>

/** Holds one decision against all that happened. */
export function judge(asked: Asked, model: Model, delivered: Delivered): void {
  const { decision, who, policy, arrived } = asked
  must(decision !== undefined, 'every request is decided')
  const meanwhile = model.world.calls.filter(
    (call) => call.who === who && call.ended !== undefined && call.ended.order > arrived.order,
  )
  if (decision.error !== undefined) {
    judgeDenial(asked, decision.error.code, meanwhile, model)
    return
  }
  const { session, servedFrom, setCookie } = decision
  const call = model.world.calls[(session.identity.traits as { number: number }).number]
  must(call?.ended?.script.kind === 'live', 'a session is one that Ory described')
  must(call.who === who, 'nobody gets the session of another credential')
  must(session.id === users[who].session, 'a session is that of its credential')
  must(!model.isOvertaken(call), 'nothing is served after an invalidate')
  must(model.clock.now() < call.ended.expiresAt, 'nothing is served past expires_at')
  must(policy !== 'aal2' || call.ended.script.aal === 'aal2', 'the policy holds')
  for (const line of setCookie) {
    must(who === 'cookie', 'a token gets no cookie')
    must(line.includes(`renewed-${String(call.number)};`), 'a cookie comes with its own answer')
    must(!delivered.has(line), 'a cookie reaches one request alone')
    delivered.add(line)
  }
  const age = model.ageOf(call)
  if (servedFrom === 'upstream') {
    must(meanwhile.includes(call), 'what came from Ory came while the request waited')
    must(
      policy !== 'fresh' || call.began.order > arrived.order,
      'a fresh answer began after the request',
    )
    must((policy !== 'fresh' && !asked.isSecondLook) || call.isForced, 'it went past every cache')
    return
  }
  must(policy !== 'fresh', 'a fresh answer comes from Ory')
  must(setCookie.length === 0, 'no cookie is kept')
  const known = model.know(who)
  must('call' in known && known.call === call, 'memory has the last answer')
  must(age < model.lifeOf(call), 'nothing is served past the life that it had')
  if (servedFrom === 'cache') {
    must(known.kind === 'fresh' && age < model.ttlOf(call), 'nothing is served past its TTL')
    return
  }
  must(age < model.ttlOf(call) + model.times.staleIfErrorMs, 'the grace in an outage ends')
  must(policy === 'any', 'no grace where the policy asks for more')
  must(hasFailed(meanwhile, model), 'there is grace in an outage alone')
}

function judgeDenial(asked: Asked, code: string, meanwhile: readonly Call[], model: Model): void {
  const known = model.know(asked.who)
  const said = (kind: string): boolean => meanwhile.some(({ ended }) => ended?.script.kind === kind)
  switch (code) {
    case 'session_invalid': {
      const hasExpired = meanwhile.some(({ ended }) => ended!.expiresAt <= model.clock.now())
      must(
        said('refused') || (said('live') && hasExpired) || known.kind === 'refused',
        'only Ory refuses, or time',
      )
      return
    }
    case 'session_aal2_required': {
      const isTooLow = ({ ended }: Call): boolean =>
        ended?.script.kind === 'live' && ended.script.aal === 'aal1'
      must(
        said('aal_too_low') ||
          (asked.policy === 'aal2' &&
            (meanwhile.some(isTooLow) || (known.kind === 'fresh' && isTooLow(known.call)))),
        'a level is too low by what is known',
      )
      return
    }
    case 'authentication_unavailable':
      must(hasFailed(meanwhile, model), 'a 503 has a fault behind it')
      return
    default:
      must(false, `a denial has a reason, which ${code} has not`)
  }
}

/** Whether Ory gave no answer, or an `invalidate` overtook one after the other. */
function hasFailed(meanwhile: readonly Call[], model: Model): boolean {
  return (
    meanwhile.some(({ ended }) => ended?.script.kind === 'fault') ||
    meanwhile.filter((call) => model.isOvertaken(call)).length >= 3
  )
}
