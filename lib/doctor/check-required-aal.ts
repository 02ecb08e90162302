import { findingOfFault, showReply } from './came.js'
import type { Check } from './check.js'
import { askWithSession, jsonOf, memberOf, startLogin } from './questions.js'
import type { Subject } from './subject.js'
import { noSession } from './check-session.js'

/** Whether routes can ask for levels of their own, which Ory's `required_aal` can rule out. */
export const requiredAal: Check = {
  name: 'required-aal',
  async run(subject) {
    if (subject.credential === undefined) {
      return {
        ...noSession,
        means: 'Which required_aal Ory has, only a session below aal2 can tell.',
      }
    }
    const asked = 'what Ory says to this session, and whether a second factor is enrolled'
    const { reply, fault } = await askWithSession(subject)
    if (fault !== undefined) return findingOfFault(asked, fault)
    const came = showReply(reply, subject.url)
    const body = jsonOf(reply.body)
    if (reply.status === 403 && isTooLow(body)) {
      return {
        outcome: 'wrong',
        asked,
        came: `${came}, session_aal2_required`,
        means:
          'Ory refuses this session on every route, also on those that ask for no second factor: session.whoami.required_aal is highest_available. The `aal` of a route cannot let it in.',
        fix: 'Set session.whoami.required_aal of Kratos to aal1 (in the Ory Console: two-factor authentication, "Require 2FA for session checks"), and ask for `aal` on the routes that need it.',
      }
    }
    if (reply.status !== 200) {
      return {
        outcome: 'skipped',
        asked,
        came,
        means: 'Without a live session this cannot be checked.',
      }
    }
    if (memberOf(body, 'authenticator_assurance_level') !== 'aal1') {
      return {
        outcome: 'skipped',
        asked,
        came,
        means: 'A session at aal2 passes any required_aal, so it cannot tell which Ory has.',
      }
    }
    if (await hasSecondFactor(subject)) {
      return {
        outcome: 'ok',
        asked,
        came: `${came}, at aal1, with a second factor enrolled`,
        means: 'required_aal is aal1: each route asks for its own level.',
      }
    }
    return {
      outcome: 'skipped',
      asked,
      came: `${came}, at aal1, without a second factor to show`,
      means:
        'Only a session at aal1 of a user who has a second factor can tell. With highest_available Ory would refuse that user on every route.',
      fix: 'Enrol a second factor for a test user, log in with the password alone, and run this again.',
    }
  },
}

function isTooLow(body: unknown): boolean {
  return memberOf(memberOf(body, 'error'), 'id') === 'session_aal2_required'
}

/** A login for aal2 offers a method when one is enrolled. */
async function hasSecondFactor(subject: Subject): Promise<boolean> {
  const { reply } = await startLogin(subject, { aal: 'aal2' }, subject.credential)
  const nodes = reply?.status === 200 ? memberOf(memberOf(jsonOf(reply.body), 'ui'), 'nodes') : []
  return Array.isArray(nodes) && nodes.some((node) => isSecondFactor(memberOf(node, 'group')))
}

function isSecondFactor(group: unknown): boolean {
  return group === 'totp' || group === 'webauthn' || group === 'lookup_secret' || group === 'code'
}
