import type { Credential } from '../credential/credential.js'

// Frozen, as answers are shared by requests.
const none: readonly string[] = Object.freeze([])

/**
 * The `Set-Cookie` lines that renew the very cookie which was the credential; of other cookies in
 * the answer none, and for a token none at all.
 */
export function sessionCookieLines(
  header: string | readonly string[] | undefined,
  credential: Credential,
): readonly string[] {
  if (header === undefined || credential.source !== 'cookie') return none
  const names = credential.value.split('; ').map((pair) => pair.slice(0, pair.indexOf('=')))
  const lines = typeof header === 'string' ? [header] : header
  const renewed = lines.filter(
    // Printable ASCII alone (RFC 6265 §4.1.1): Node throws on most of the rest.
    (line) => names.includes(line.slice(0, line.indexOf('='))) && /^[\x20-\x7e]+$/.test(line),
  )
  return Object.freeze(renewed)
}
