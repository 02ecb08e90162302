import type { IncomingHttpHeaders } from 'node:http'
import { peek } from '../shared/peek.js'
import { sendable } from './credential.js'
import type { Credential, CredentialSource } from './credential.js'
import type { RequestFacts } from './request-headers.js'
import { readSessionCookies } from './session-cookies.js'
import type { SessionCookieSettings } from './session-cookies.js'

/**
 * What stood where a credential should be: `'malformed'` is a token header that is no token
 * header, `'invalid'` a credential that cannot be a session of Ory's.
 */
export type Unusable = 'malformed' | 'invalid'

export interface CredentialSettings extends SessionCookieSettings {
  readonly sources: readonly CredentialSource[]
  readonly tokenPrefix: string
}

/** Longest token that is looked at, in characters; Ory's have 39. */
export const maxTokenLength = 4096

// The token68 of RFC 9110 §11.2, which RFC 6750 §2.1 takes over as b64token.
const tokenPattern = /^[A-Za-z0-9\-._~+/]+=*$/

/** Reads the one credential that counts, that of the first source that is present, as it can go upstream. */
export function readCredential(
  request: RequestFacts,
  settings: CredentialSettings,
): Credential | Unusable | undefined {
  const found = findCredential(request, settings)
  return typeof found === 'object' ? sendable(found) : found
}

/**
 * The same as it stands. A cache hit needs no more: a cache that remembers a credential has read it with
 * `sendable()` before, and to test each character of a cookie costs as much as its key does.
 */
export function findCredential(
  request: RequestFacts,
  settings: CredentialSettings,
): Credential | Unusable | undefined {
  const headers = peek(request, 'headers')
  for (const source of settings.sources) {
    const read =
      source === 'cookie'
        ? readSessionCookies(own(headers, 'cookie'), settings)
        : source === 'bearer'
          ? readBearer(headers, request, settings.tokenPrefix)
          : readTokenHeader(own(headers, 'x-session-token'), settings.tokenPrefix)
    if (read !== undefined) return read
  }
  return undefined
}

/** A header that the request has itself: a polluted `Object.prototype` must not log anybody in. */
function own<Name extends keyof IncomingHttpHeaders>(
  headers: IncomingHttpHeaders,
  name: Name,
): IncomingHttpHeaders[Name] {
  const value = headers[name]
  // Asked only of what is there: most requests have one of three.
  return value === undefined || Object.hasOwn(headers, name) ? value : undefined
}

function readTokenHeader(
  header: string | readonly string[] | undefined,
  prefix: string,
): Credential | Unusable | undefined {
  if (header === undefined) return undefined
  // Node joins repeated headers by a comma, which no token has.
  if (typeof header !== 'string') return 'malformed'
  if (header === '') return undefined
  return readToken('x-session-token', header, prefix) ?? 'invalid'
}

function readBearer(
  headers: IncomingHttpHeaders,
  request: RequestFacts,
  prefix: string,
): Credential | Unusable | undefined {
  const header: unknown = own(headers, 'authorization')
  if (header === undefined) return undefined
  if (typeof header !== 'string' || isRepeated(request.rawHeaders)) return 'malformed'
  if (!/^bearer(?:[ \t]|$)/i.test(header)) return undefined
  // One blank and no tab, as in RFC 6750 §2.1; any other is part of what is no token then.
  return readToken('bearer', header.slice('bearer'.length).replace(/^ /, ''), prefix)
}

/** `undefined` for a token that is somebody else's. */
function readToken(
  source: 'x-session-token' | 'bearer',
  token: string,
  prefix: string,
): Credential | Unusable | undefined {
  if (!tokenPattern.test(token)) return 'malformed'
  if (!token.startsWith(prefix)) return undefined
  return token.length > maxTokenLength ? 'invalid' : { source, value: token }
}

function isRepeated(rawHeaders: readonly string[] | undefined): boolean {
  if (rawHeaders === undefined) return false
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1
  }
  return count > 1
}
