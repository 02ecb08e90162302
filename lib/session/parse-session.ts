import { methodBits } from './methods.js'
import type { MethodBits } from './methods.js'
import type { AuthenticatorAssuranceLevel, Session } from './session.js'
import { parseTimestamp } from './timestamp.js'

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
  /** What it is reckoned to take in memory, in bytes. */
  readonly bytes: number
}

/** A live session, and what it consists of. */
export interface ParsedSession extends LiveSession {
  readonly contents: Contents
}

interface Contents {
  /** Itself, and all objects and lists below. */
  readonly objects: object[]
  /** How many values those have. */
  values: number
}

/** Deepest nesting of objects and arrays; Ory's sessions have a handful of levels. */
const maxDepth = 64
/** Most values in it; Ory's sessions have some seventy. An empty object in a list takes three bytes
 * to write and twenty times that in memory. */
const maxValues = 10_000

/** What a session is reckoned to take in memory besides its text, in bytes. */
const [overheadBytes, objectBytes, valueBytes] = [512, 128, 16]

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
 * or whose identity is not. `textBytes` is how long its text was.
 *
 * @throws TypeError where it is no session. The message names the field, never its value.
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
 */
export function parseSession(body: unknown, textBytes = 0): ParsedSession | undefined {
  const session = record(body, 'session')
  const contents: Contents = { objects: [], values: 0 }
  takeStock(session, 0, contents)
  // Ours to say.
  delete session['stale']
  nonEmptyString(session, 'id')
  if (own(session, 'active') === false) return undefined
  if (own(session, 'active') !== true) throw wrong('active')
  const expiresAt = timestamp(session, 'expires_at')
  const authenticatedAt = timestamp(session, 'authenticated_at')
  timestamp(session, 'issued_at')
  const rank = rankOf(own(session, 'authenticator_assurance_level'))
  if (rank === undefined) throw wrong('authenticator_assurance_level')
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
    bytes: textBytes + overheadBytes + sizeOf(contents),
    contents,
  }
}

function sizeOf({ objects, values }: Contents): number {
  return objects.length * objectBytes + values * valueBytes
}

function isActive(identity: Record<string, unknown>): boolean {
  nonEmptyString(identity, 'id')
  record(own(identity, 'traits'), 'traits')
  for (const name of ['schema_id', 'schema_url']) {
    if (own(identity, name) !== undefined) nonEmptyString(identity, name)
  }
  if (own(identity, 'recovery_addresses') != null) list(identity, 'recovery_addresses')
  const state = own(identity, 'state')
  if (state === undefined || state === 'active') return true
  if (state === 'inactive') return false
  throw wrong('state')
}

function hasVerifiedAddress(identity: Record<string, unknown>): boolean {
  const name = 'verifiable_addresses'
  if (own(identity, name) == null) return false
  const verified = list(identity, name).map((address) => own(record(address, name), 'verified'))
  if (!verified.every((value) => typeof value === 'boolean')) throw wrong(`${name}.verified`)
  return verified.includes(true)
}

/**
 * Bounds nesting and number of values, and takes out keys named `__proto__`, which traits that their
 * owner may edit can have: copying such a key by assignment would change the prototype of the copy.
 * Lists all objects on the way, so that to freeze and to reckon them takes no second one.
 */
function takeStock(value: object, depth: number, contents: Contents): void {
  if (depth > maxDepth) throw wrong('nesting')
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  contents.objects.push(value)
  for (const item of Object.values(value) as unknown[]) {
    contents.values += 1
    if (contents.values > maxValues) throw wrong('number of values')
    if (typeof item === 'object' && item !== null) takeStock(item, depth + 1, contents)
  }
}

// Own properties alone: a polluted Object.prototype must not log anybody in.
function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name)
  return value as Record<string, unknown>
}

function list(object: Record<string, unknown>, name: string): unknown[] {
  const value = own(object, name)
  if (!Array.isArray(value)) throw wrong(name)
  return value
}

function nonEmptyString(object: Record<string, unknown>, name: string): string {
  const value = own(object, name)
  if (typeof value !== 'string' || value === '') throw wrong(name)
  return value
}

function timestamp(object: Record<string, unknown>, name: string): number {
  const time = parseTimestamp(nonEmptyString(object, name))
  if (time === undefined) throw wrong(name)
  return time
}

function wrong(name: string): TypeError {
  return new TypeError(`whoami: ${name} is missing or not what Ory documents`)
}
