import type { IncomingHttpHeaders } from 'node:http'
import { peek } from '../shared/peek.js'

/** Where a credential can stand in a request. */
export type CredentialSource = 'x-session-token' | 'bearer' | 'cookie'

/** What a request proves itself with: one session token, or every session cookie it carries. */
export interface Credential {
  readonly source: CredentialSource
  /** The token, or the cookie pairs as they stood, in order, joined by `; `. */
  readonly value: string
}

/**
 * What stood where a credential should be: `'malformed'` is a token header that is no token
 * header, `'invalid'` a credential that cannot be a session of Ory's.
 */
export type Unusable = 'malformed' | 'invalid'

/** The headers that can hold a credential; `IncomingMessage` is one. */
export interface CredentialHeaders {
  readonly headers: IncomingHttpHeaders
  /** Names and values as they came. Node keeps only the first of two `Authorization` headers. */
  readonly rawHeaders?: readonly string[] | undefined
}

export interface CredentialSettings {
  readonly sources: readonly CredentialSource[]
  readonly tokenPrefix: string
  readonly isSessionCookie: (name: string) => boolean
  /** The code of the letter that the name of each begins with, where they have one in common. */
  readonly sessionCookieCode?: number | undefined
}

/** Longest token that is looked at, in characters; Ory's have 39. */
export const maxTokenLength = 4096
/** Longest credential cookie, or sum of them, that goes upstream, in characters; Ory's have 450. */
export const maxCookieLength = 8192

// The token68 of RFC 9110 §11.2, which RFC 6750 §2.1 takes over as b64token.
const tokenPattern = /^[A-Za-z0-9\-._~+/]+=*$/
// The cookie-octets of RFC 6265 §4.1.1 and the comma that Go takes too, with or without double
// quotes around them. Ory's values are URL-safe base64; a byte outside of this can't be one, nor stand in a header we send.
const cookiePairPattern =
  /^[^=\s]+=(?:[\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]+|"[\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]+")$/

/** Reads the one credential that counts, that of the first source that is present, as it can go upstream. */
export function readCredential(
  request: CredentialHeaders,
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
  request: CredentialHeaders,
  settings: CredentialSettings,
): Credential | Unusable | undefined {
  const headers = peek(request, 'headers')
  for (const source of settings.sources) {
    const read =
      source === 'cookie'
        ? readCookies(own(headers, 'cookie'), settings)
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
  request: CredentialHeaders,
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

/**
 * Takes the session cookies out of a `Cookie` header as they stand, in order. Nothing is decoded:
 * the value must reach Ory byte for byte.
 *
 * Each character is passed over a fixed number of times, whatever the header looks like.
 */
function readCookies(
  header: string | readonly string[] | undefined,
  { isSessionCookie, sessionCookieCode }: CredentialSettings,
): Credential | undefined {
  if (header === undefined) return undefined
  const text = typeof header === 'string' ? header : header.join('; ')
  let value = ''
  let equals = -1
  for (let start = 0; start < text.length;) {
    const semicolon = text.indexOf(';', start)
    const end = semicolon === -1 ? text.length : semicolon
    while (isBlank(text.charCodeAt(start))) start += 1
    if (sessionCookieCode === undefined || text.charCodeAt(start) === sessionCookieCode) {
      // Looked for once per `=`, not once per pair, or `;;;;…` would cost the square of its length.
      if (equals < start) equals = indexOrEnd(text, start)
      if (equals < end && isSessionCookie(trimEnd(text, start, equals))) {
        const pair = trimEnd(text, start, end)
        // An empty value is what some servers leave behind on logout: nothing is there.
        if (pair.length > equals + 1 - start) value = value === '' ? pair : `${value}; ${pair}`
      }
    }
    start = end + 1
  }
  return value === '' ? undefined : { source: 'cookie', value }
}

/**
 * A credential as it can go upstream: itself if all of it can, and `'invalid'` if nothing can. A cookie
 * whose value cannot be Ory's is left out, because a sibling domain can plant one beside the good one.
 */
export function sendable(credential: Credential): Credential | 'invalid' {
  const { source, value } = credential
  if (source !== 'cookie') return credential
  const pairs = value.split('; ')
  const good = pairs.filter((pair) => cookiePairPattern.test(pair))
  const kept = good.length === pairs.length ? value : good.join('; ')
  if (kept === '' || kept.length > maxCookieLength) return 'invalid'
  return kept === value ? credential : { source, value: kept }
}

/** Whether a credential is several cookies, of which Ory takes the first that it can read. */
export function isComposite({ source, value }: Credential): boolean {
  return source === 'cookie' && value.includes('; ')
}

function indexOrEnd(text: string, start: number): number {
  const index = text.indexOf('=', start)
  return index === -1 ? text.length : index
}

function trimEnd(text: string, start: number, end: number): string {
  while (isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

// The optional whitespace of RFC 9110 §5.6.3; no other is trimmed, as no other is by Ory.
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
