import { findingOfFault, showReply } from './came.js'
import type { Check } from './check.js'
import { explainRefusal } from './explain-refusal.js'
import { askWithSession, jsonOf, memberOf } from './questions.js'

/** What a check says that needs a session, and was given none. */
export const noSession = {
  outcome: 'skipped',
  asked: 'nothing, for want of a session',
  came: 'nothing',
  means: 'With a session to try, this says what the routes of the application would answer.',
  fix: 'Set ORY_SESSION_COOKIE to name=value as your browser sends it, or ORY_SESSION_TOKEN.',
} as const

/** Whether Ory knows the session that was given. */
export const session: Check = {
  name: 'session',
  async run(subject) {
    const { credential, unreadable } = subject
    if (unreadable !== undefined) {
      return {
        outcome: 'wrong',
        asked: 'whether the application would read the session',
        came: 'it would not',
        means: unreadable,
        fix: 'If the cookie has a name of your own (session.cookie.name of Kratos), set `cookieName` to it, here by --cookie-name; if the token has no prefix, set `tokenPrefix`.',
      }
    }
    if (credential === undefined) return noSession
    const asked = `whoami with the ${credential.source === 'cookie' ? 'cookie' : 'token'} that was given`
    const { reply, fault } = await askWithSession(subject)
    if (fault !== undefined) return findingOfFault(asked, fault)
    const came = showReply(reply, subject.url)
    if (reply.status === 401) {
      return { outcome: 'wrong', asked, came, ...(await explainRefusal(subject, credential)) }
    }
    if (reply.status === 403) {
      return {
        outcome: 'ok',
        asked,
        came,
        means: 'The session is live; its level is too low, see required-aal.',
      }
    }
    const body = jsonOf(reply.body)
    if (reply.status !== 200 || memberOf(body, 'active') !== true) {
      return {
        outcome: 'wrong',
        asked,
        came,
        means: 'What came is neither a live session nor a refusal of Ory. Users get a 503.',
        fix: 'Look at what stands between this machine and Ory.',
      }
    }
    const level = String(memberOf(body, 'authenticator_assurance_level'))
    const isKnown = /^aal\d$/.test(level)
    return {
      outcome: 'ok',
      asked,
      came: isKnown ? `${came}, a live session at ${level}` : came,
      means: 'A request with this credential has a session.',
    }
  },
}
