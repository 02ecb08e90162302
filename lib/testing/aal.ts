import type {
  AuthenticationMethod,
  AuthenticatorAssuranceLevel,
  Session,
} from '../session/session.js'
import { copyJson } from './freeze.js'

type MethodName = AuthenticationMethod['method']

const secondFactors: readonly MethodName[] = ['totp', 'lookup_secret', 'webauthn']
const standIns: Record<AuthenticatorAssuranceLevel, readonly MethodName[]> = {
  aal0: [],
  aal1: ['password'],
  aal2: ['password', 'totp'],
  aal3: ['password', 'webauthn'],
}

/** Every level, lowest first. */
export const levels = Object.keys(standIns)

/** A method by name, with the level that it gives as a rule, or in every detail. */
export type MethodOption = MethodName | AuthenticationMethod

/** The methods of a login, completed at the given time. */
export function completeMethods(
  methods: readonly MethodOption[] | undefined,
  level: AuthenticatorAssuranceLevel,
  completedAt: string,
): Session['authentication_methods'] {
  return (methods ?? standIns[level]).map((method) => completeMethod(method, completedAt))
}

export function completeMethod(method: MethodOption, completedAt: string): AuthenticationMethod {
  if (typeof method !== 'string') return { completed_at: completedAt, ...copyJson(method) }
  const aal = secondFactors.includes(method) ? 'aal2' : 'aal1'
  return { method, aal, completed_at: completedAt }
}

/** The level that methods come to, by Kratos' rule: it takes one of each kind to make aal2. */
export function levelOf(methods: readonly AuthenticationMethod[]): AuthenticatorAssuranceLevel {
  if (methods.length === 0) return 'aal0'
  const second = methods.filter(({ aal }) => aal === 'aal2')
  // The other side has seen both factors already.
  const isFederated = second.some(({ method }) => method === 'oidc' || method === 'saml')
  const hasFirst = methods.some(({ aal }) => aal === 'aal1')
  return second.length > 0 && (hasFirst || isFederated) ? 'aal2' : 'aal1'
}
