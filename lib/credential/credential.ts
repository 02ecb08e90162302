/** Where a credential can stand in a request. */
export type CredentialSource = 'x-session-token' | 'bearer' | 'cookie'

/** What a request proves itself with: one session token, or every session cookie it carries. */
export interface Credential {
  readonly source: CredentialSource
  /** The token, or the cookie pairs as they stood, in order, joined by `; `. */
  readonly value: string
}

/** Longest credential cookie, or sum of them, that goes upstream, in characters; Ory's have 450. */
export const maxCookieLength = 8192

// The cookie-octets of RFC 6265 §4.1.1 and the comma that Go takes too, with or without double
// quotes around them. Ory's values are URL-safe base64; a byte outside of this can't be one, nor stand in a header we send.
const cookiePairPattern =
  /^[^=\s]+=(?:[\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]+|"[\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]+")$/

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
