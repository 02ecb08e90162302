import type { FakeAnswer } from './fake-answer.js'
import type { Timestamp } from './timestamp.js'

/** What a login flow asks for. */
export interface LoginFlow {
  readonly id: string
  readonly type: 'browser' | 'api'
  readonly aal: 'aal1' | 'aal2'
  readonly isRefresh: boolean
  readonly returnTo: string | undefined
  /** The target that started it, below the base path. */
  readonly target: string
  /** Whether there is a second factor to show. */
  readonly hasSecondFactor: boolean
  /** Whether the level is higher than the session's. */
  readonly isStepUp: boolean
  readonly issuedAt: Timestamp
  readonly expiresAt: Timestamp
}

/**
 * A login flow as Kratos sends it to a script. Without a second factor to show, one for aal2 has no
 * method: for a browser no field but the token against CSRF, and for an app no node at all.
 */
export function loginFlowAnswer(flow: LoginFlow, publicUrl: string): FakeAnswer {
  const nodes = flow.aal === 'aal1' ? passwordNodes : flow.hasSecondFactor ? totpNodes : []
  const messages = [
    ...(flow.isRefresh ? [confirm] : []),
    ...(flow.isStepUp ? [secondChallenge] : []),
  ]
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: {
      id: flow.id,
      organization_id: null,
      type: flow.type,
      expires_at: flow.expiresAt.text,
      issued_at: flow.issuedAt.text,
      request_url: `${publicUrl}${flow.target}`,
      return_to: flow.returnTo,
      ui: {
        action: `${publicUrl}/self-service/login?flow=${flow.id}`,
        method: 'POST',
        nodes: flow.type === 'api' && nodes.length === 0 ? null : [csrfNode(flow), ...nodes],
        ...(messages.length > 0 && { messages }),
      },
      created_at: flow.issuedAt.text,
      updated_at: flow.issuedAt.text,
      refresh: flow.isRefresh,
      requested_aal: flow.aal,
      state: 'choose_method',
    },
  }
}

const confirm = {
  id: 1010003,
  text: 'Please confirm this action by verifying that it is you.',
  type: 'info',
}
const secondChallenge = {
  id: 1010004,
  text: 'Please complete the second authentication challenge.',
  type: 'info',
}

type Attributes = Readonly<Record<string, string | boolean>>

function input(group: string, attributes: Attributes, label?: { id: number; text: string }) {
  return {
    type: 'input',
    group,
    attributes: { disabled: false, node_type: 'input', ...attributes },
    messages: [],
    meta: label === undefined ? {} : { label: { ...label, type: 'info' } },
  }
}

// The fake's forms believe what they are given, so the token is there for its shape alone.
function csrfNode({ type }: LoginFlow): object {
  const value = type === 'api' ? '' : `${'A'.repeat(86)}==`
  return input('default', { name: 'csrf_token', type: 'hidden', value, required: true })
}

const passwordNodes: readonly object[] = [
  input(
    'default',
    { name: 'identifier', type: 'text', value: '', required: true },
    { id: 1070004, text: 'ID' },
  ),
  input(
    'password',
    { name: 'password', type: 'password', required: true, autocomplete: 'current-password' },
    { id: 1070001, text: 'Password' },
  ),
  input(
    'password',
    { name: 'method', type: 'submit', value: 'password' },
    { id: 1010022, text: 'Sign in with password' },
  ),
]

const totpNodes: readonly object[] = [
  input(
    'totp',
    { name: 'totp_code', type: 'text', value: '', required: true },
    { id: 1010006, text: 'Authentication code' },
  ),
  input(
    'totp',
    { name: 'method', type: 'submit', value: 'totp' },
    { id: 1010009, text: 'Use Authenticator' },
  ),
]
