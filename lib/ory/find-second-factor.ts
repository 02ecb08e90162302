import { readJson } from './error-body.js'
import { unexpectedStatus } from './status-fault.js'
import type { Reply } from './response.js'
import type { Sent } from './ory-client.js'
import type { Credential } from '../credential/credential.js'
import type { Signal } from '../shared/lean-abort-signal.js'

/** Whether a person has a second factor to show. */
export interface SecondFactorAnswer {
  readonly kind: 'enrolled' | 'not_enrolled'
}

/** Who is asked about. */
export interface SecondFactorQuestion {
  readonly credential: Credential
  readonly signal: Signal
}

/**
 * What starts the login flow for `aal2`. It is left unused and expires; the cookies of the reply are
 * dropped.
 *
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/createBrowserLoginFlow
 */
export function secondFactorRequest({ credential }: SecondFactorQuestion): Sent {
  const isCookie = credential.source === 'cookie'
  const header = isCookie ? 'cookie' : 'x-session-token'
  const route = `/self-service/login/${isCookie ? 'browser' : 'api'}?aal=aal2`
  return { method: 'GET', route, headers: { [header]: credential.value } }
}

/**
 * Finds out by the login flow for `aal2`, which has no method for a person without a second factor.
 *
 * Rejects with a `Fault` if Ory gives no answer.
 */
export function createFindSecondFactor<Q extends SecondFactorQuestion>(
  send: (question: Q) => Promise<Reply>,
): (question: Q) => Promise<SecondFactorAnswer> {
  return (question) => send(question).then(readFlow)
}

function readFlow(reply: Reply): SecondFactorAnswer {
  if (reply.status !== 200) throw unexpectedStatus(reply)
  const flow = Object(readJson(reply)) as { requested_aal?: unknown; ui?: { nodes?: unknown } }
  // What is no such flow says nothing, so there may be a factor.
  if (flow.requested_aal !== 'aal2' || flow.ui === undefined) return { kind: 'enrolled' }
  // An app's flow without a node has `null` there; a browser's always has the token against CSRF.
  const nodes: unknown = flow.ui.nodes ?? []
  const isEmpty = Array.isArray(nodes) && nodes.every(isCsrfToken)
  return { kind: isEmpty ? 'not_enrolled' : 'enrolled' }
}

function isCsrfToken(node: unknown): boolean {
  const { attributes } = Object(node) as { attributes?: { name?: unknown } }
  return attributes?.name === 'csrf_token'
}
