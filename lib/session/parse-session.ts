import { estimateBytes, measure } from './session-limits.js'
import type { Contents } from './session-limits.js'
import { malformedField } from './malformed.js'
import { methodBits } from './method-bits.js'
import type { MethodBits } from './method-bits.js'
import type { AuthenticatorAssuranceLevel, Session } from './session.js'
import { parseTimestamp } from './rfc3339.js'

/** A session with the numbers that every request is judged by. */
export interface LiveSession {
  readonly session: Session
  /** `expires_at` in milliseconds since the epoch. */
  readonly expiresAt: number
  /** `authenticated_at` in milliseconds since the epoch. */
  readonly authenticatedAt: number
  /** What `authenticator_assurance_level` is worth. */
  readonly rank: number
  /** Whether one of the verifiable addresses is verified. */
  readonly isVerified: boolean
  /** What `authentication_methods` name. */
  readonly methods: MethodBits
  /**
   * The estimated bytes in memory of the session as Ory sent it, with its text. The output of a traits
   * schema is not counted.
   */
  readonly bytes: number
}

/** A live session, and what it consists of. */
export interface ParsedSession extends LiveSession {
  readonly contents: Contents
}

const ranks: ReadonlyMap<unknown, number> = new Map<AuthenticatorAssuranceLevel, number>([
  ['aal0', 0],
  ['aal1', 1],
  ['aal2', 2],
  ['aal3', 3],
])

/** What a level is worth beside others; `undefined` for one that Ory does not have. */
export function rankOf(level: unknown): number | undefined {
  return ranks.get(level)
}

/**
 * Takes what whoami answered for a session. Nothing is trusted: each field that a decision rests on
 * is an own property of the type that Ory documents. `undefined` is a session that is not active,
 * or whose identity is not. `text` is what it was read from.
 *
 * @throws TypeError if it is no session. The message names the field, never its value.
 * @throws RangeError if it is out of bounds. The message names the bound.
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
 */
export function parseSession(body: unknown, text: string): ParsedSession | undefined {
  const session = record(body, 'session')
  const contents = measure(session)
  nonEmptyString(session, 'id')
  if (own(session, 'active') === false) return undefined
  if (own(session, 'active') !== true) throw malformedField('active')
  const expiresAt = timestamp(session, 'expires_at')
  const authenticatedAt = timestamp(session, 'authenticated_at')
  timestamp(session, 'issued_at')
  const rank = rankOf(own(session, 'authenticator_assurance_level'))
  if (rank === undefined) throw malformedField('authenticator_assurance_level')
  const methods = list(session, 'authentication_methods').map((method) =>
    nonEmptyString(record(method, 'authentication_methods'), 'method'),
  )
  if (own(session, 'devices') != null) list(session, 'devices')
  const identity = record(own(session, 'identity'), 'identity')
  if (!isActive(identity)) return undefined
  const isVerified = hasVerifiedAddress(identity)
  return {
    session: session as unknown as Session,
    rank,
    methods: methodBits(methods),
    isVerified,
    authenticatedAt,
    expiresAt,
    bytes: estimateBytes(contents, text),
    contents,
  }
}

function isActive(identity: Record<string, unknown>): boolean {
  nonEmptyString(identity, 'id')
  // Any JSON: an administrator can import traits that are null or a list.
  if (own(identity, 'traits') === undefined) throw malformedField('traits')
  for (const name of ['schema_id', 'schema_url']) {
    if (own(identity, name) !== undefined) nonEmptyString(identity, name)
  }
  if (own(identity, 'recovery_addresses') != null) list(identity, 'recovery_addresses')
  const state = own(identity, 'state')
  if (state === undefined || state === 'active') return true
  if (state === 'inactive') return false
  throw malformedField('state')
}

function hasVerifiedAddress(identity: Record<string, unknown>): boolean {
  const name = 'verifiable_addresses'
  if (own(identity, name) == null) return false
  const verified = list(identity, name).map((address) => own(record(address, name), 'verified'))
  if (!verified.every((value) => typeof value === 'boolean'))
    throw malformedField(`${name}.verified`)
  return verified.includes(true)
}

// Own properties alone: a polluted Object.prototype must not log anybody in.
function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformedField(name)
  return value as Record<string, unknown>
}

function list(object: Record<string, unknown>, name: string): unknown[] {
  const value = own(object, name)
  if (!Array.isArray(value)) throw malformedField(name)
  return value
}

function nonEmptyString(object: Record<string, unknown>, name: string): string {
  const value = own(object, name)
  if (typeof value !== 'string' || value === '') throw malformedField(name)
  return value
}

function timestamp(object: Record<string, unknown>, name: string): number {
  const time = parseTimestamp(nonEmptyString(object, name))
  if (time === undefined) throw malformedField(name)
  return time
}
