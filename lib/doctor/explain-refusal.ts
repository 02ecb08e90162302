import type { Credential } from '../credential/credential.js'
import type { SetupAdvice } from '../shared/setup-cause.js'
import type { Question } from './ask.js'
import { jsonOf, memberOf, whoamiRoute } from './questions.js'
import type { Subject } from './subject.js'

/** Why Ory refuses a session that was given: what stands in front of Ory may hide it. */
export async function explainRefusal(
  subject: Subject,
  credential: Credential,
): Promise<SetupAdvice> {
  const { source, value } = credential
  if (source !== 'cookie' && (await isLive(subject, { headers: bearer(value) }))) {
    return {
      means:
        'Ory knows the session, and a proxy in front of it drops the header X-Session-Token: each request with a token has no session.',
      fix: 'Let that proxy pass X-Session-Token on.',
    }
  }
  // A cache takes an address with a query for another one.
  if (await isLive(subject, { query: { past: 'caches' }, credential })) {
    return {
      means:
        'Ory knows the session, and a cache in front of it answers with a refusal that was for others. It could hand on sessions, too.',
      fix: 'Turn caching off for /sessions/whoami in the proxy in front of Ory.',
    }
  }
  return {
    means:
      'Ory knows no live session by it: it has ended, belongs to another project, or was changed on its way.',
    fix: 'Copy the value byte for byte, with = at its end and without decoding; or log in again.',
  }
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` })

async function isLive(subject: Subject, question: Omit<Question, 'route'>): Promise<boolean> {
  const { reply } = await subject.ask({ route: whoamiRoute, ...question })
  return reply?.status === 200 && memberOf(jsonOf(reply.body), 'active') === true
}
