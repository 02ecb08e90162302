import type { Answer } from './apps.js'
import type { Reply } from './client.js'
import { complaintAbout } from './denial-form.js'
import {
  loggedOutWrongly,
  notSeen,
  tooLate,
  tooMuch,
  tooOld,
  unavailableWrongly,
} from './evidence.js'
import type { Carrying } from './credentials.js'
import type { Visit } from './visit.js'
import type { Weather } from './weather.js'

/** What an answer came to, and what is wrong with it. */
export interface Verdict {
  /** Its status, with the code of a denial. */
  readonly outcome: string
  readonly complaint?: string
  /** The answer describes somebody else. */
  readonly isMixUp?: boolean
}

/** Holds answers against what is known of the users and of the weather at Ory. */
export function createOracle(weather: Weather): (visit: Visit, reply: Reply) => Verdict {
  return (visit, reply) => {
    const { code, complaint } = complaintAbout(visit, reply)
    const outcome = code === undefined ? String(reply.status) : `${reply.status} ${code}`
    if (reply.headers['x-number'] !== String(visit.number)) {
      return { outcome, complaint: 'the answer to another request', isMixUp: true }
    }
    if (complaint !== undefined) return { outcome, complaint }
    const verdict = judge(visit, reply, code, weather)
    return { outcome, ...verdict }
  }
}

function judge(
  visit: Visit,
  reply: Reply,
  code: string | undefined,
  weather: Weather,
): Omit<Verdict, 'outcome'> {
  const { carried, route } = visit
  if (carried.kind === 'session') {
    return visit.route === '/logout'
      ? judgeLogout(reply, code)
      : judgeSession(visit, carried, reply, code, weather)
  }
  const isAnonymous = route === '/optional' && reply.status === 200
  const answer = isAnonymous ? (JSON.parse(reply.text) as Answer) : undefined
  if (answer?.session) return { complaint: `a session for ${carried.kind}`, isMixUp: true }
  const expected = {
    nothing: ['session_missing'],
    malformed: ['credential_malformed'],
    impossible: ['session_invalid'],
    // Made-up credentials have a budget, and Ory may be away.
    madeUp: ['session_invalid', 'authentication_unavailable'],
  }[carried.kind]
  if (isAnonymous) return carried.kind === 'malformed' ? { complaint: 'let in' } : {}
  return code !== undefined && expected.includes(code)
    ? {}
    : { complaint: `${code ?? 'let in'} for ${carried.kind}` }
}

function judgeLogout(reply: Reply, code: string | undefined): Omit<Verdict, 'outcome'> {
  if (
    code === undefined ? [200, 204].includes(reply.status) : code === 'authentication_unavailable'
  )
    return {}
  return { complaint: `${code ?? reply.status} for a logout` }
}

function judgeSession(
  visit: Visit,
  carried: Carrying,
  reply: Reply,
  code: string | undefined,
  weather: Weather,
): Omit<Verdict, 'outcome'> {
  const { login } = carried
  const { route } = visit
  if (visit.isCrossSite) {
    return code === 'cross_site_request' ? {} : { complaint: 'a cross-site request was let in' }
  }
  switch (code) {
    case undefined: {
      if (visit.method === 'HEAD') {
        // Without a body nobody can tell a session from none, which this route lets in too.
        return route === '/optional' ? {} : complain(tooLate(visit, carried, reply))
      }
      const { session, complaint } = JSON.parse(reply.text) as Answer
      if (complaint !== undefined) return { complaint }
      if (session === null) return complain(loggedOutWrongly(visit, carried, reply, weather))
      if (session.id !== login.session || session.identity !== login.person.identity) {
        return { complaint: `the session of somebody else: ${session.id}`, isMixUp: true }
      }
      return complain(
        tooLate(visit, carried, reply) ??
          tooOld(visit, carried, reply, session.version) ??
          tooMuch(visit, login, reply),
      )
    }
    case 'session_invalid':
      return complain(loggedOutWrongly(visit, carried, reply, weather))
    case 'session_aal2_required':
      return route === '/aal2'
        ? complain(notSeen(visit, login.steppedUp, reply, weather))
        : { complaint: code }
    case 'session_refresh_required':
      return route === '/recent'
        ? complain(notSeen(visit, login.authenticated, reply, weather))
        : { complaint: code }
    case 'authentication_unavailable':
      return complain(unavailableWrongly(visit, carried, reply, weather))
    default:
      return { complaint: `${code} for a session` }
  }
}

function complain(complaint: string | undefined): Omit<Verdict, 'outcome'> {
  return complaint === undefined ? {} : { complaint }
}
