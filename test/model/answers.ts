import { jsonReply, pageReply, type Reply } from '../unit/support/reply.js'
import { identityBody, sessionBody } from '../unit/support/session-body.js'
import type { Said, Trouble, TrueSession } from './call.js'

/** What comes instead of the right answer. */
export function troubleReply(trouble: Trouble): [said: Said, reply: Reply] {
  if (trouble === 'page') return [trouble, pageReply()]
  if (trouble === 'aal') {
    const error = { code: 401, status: 'Unauthorized', reason: 'Unable to determine AAL.' }
    return [trouble, jsonReply(401, { error })]
  }
  const headers = trouble === 429 ? { 'x-ratelimit-reset': '10' } : {}
  return [trouble, jsonReply(trouble === 'reset' ? 200 : trouble, {}, headers)]
}

/** A session, with the number of the call that it answers, or of the first to the same words. */
export function liveReply({ id, identity, aal, expiresAt }: TrueSession, number: number): Reply {
  const body = sessionBody({
    id,
    expires_at: new Date(expiresAt).toISOString(),
    authenticator_assurance_level: aal,
    // It identifies the answer that a session comes from.
    identity: identityBody({ id: identity, traits: { number } }),
  })
  return jsonReply(200, body, { 'x-kratos-authenticated-identity-id': identity })
}
