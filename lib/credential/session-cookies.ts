import type { Credential } from './credential.js'

export interface SessionCookieSettings {
  readonly isSessionCookie: (name: string) => boolean
  /** The code of the letter that the name of each begins with, where they have one in common. */
  readonly sessionCookieCode?: number | undefined
}

/**
 * Takes the session cookies out of a `Cookie` header as they stand, in order. Nothing is decoded:
 * the value must reach Ory byte for byte.
 *
 * Each character is passed over a fixed number of times, whatever the header looks like.
 */
export function readSessionCookies(
  header: string | readonly string[] | undefined,
  { isSessionCookie, sessionCookieCode }: SessionCookieSettings,
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
