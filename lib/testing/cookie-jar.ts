import { randomBytes } from 'node:crypto'
import type { Timestamp } from './timestamp.js'

/** What is inside of a cookie value. */
export interface IssuedCookie {
  readonly token: string
  /** When the session was to expire, as far as was known when the value was issued. */
  readonly expiresAt: Timestamp
}

/** What the session cookies of a request come to. */
export type ReadCookie =
  | { readonly kind: 'absent' }
  | ({ readonly kind: 'decoded' } & IssuedCookie)
  | { readonly kind: 'undecodable'; readonly complaint: string }

export interface CookieJar {
  /** Another value for that session; no two are alike, and all stay good. */
  issue(cookie: IssuedCookie, now: number): string
  /** Of several values the first that decodes counts, wherever it stands. */
  read(values: readonly string[]): ReadCookie
}

/**
 * Issues cookie values and knows them again. Kratos' are encrypted and signed, so to everybody else
 * they are opaque: here a value "decodes" when it is one that was issued, byte for byte.
 */
export function createCookieJar(): CookieJar {
  const issued = new Map<string, IssuedCookie>()
  return {
    issue(cookie, now) {
      // The make of gorilla/securecookie: time|ciphertext|signature, which comes to 428 characters.
      const parts = [`${Math.floor(now / 1000)}|${base64(randomBytes(206))}|`, randomBytes(32)]
      const value = base64(Buffer.concat(parts.map((part) => Buffer.from(part))))
      issued.set(value, cookie)
      return value
    },
    read(values) {
      const last = values.at(-1)
      if (last === undefined) return { kind: 'absent' }
      for (const value of values) {
        const cookie = issued.get(value)
        if (cookie !== undefined) return { kind: 'decoded', ...cookie }
      }
      return { kind: 'undecodable', complaint: complaint(last) }
    },
  }
}

/** What securecookie says about a value that it cannot read. Kratos passes it on, in a 500. */
function complaint(value: string): string {
  const isBase64 = /^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/.test(value)
  if (isBase64) return 'securecookie: the value is not valid'
  // Go names the byte that is no digit, or else where the last group begins that is not whole.
  const odd = value.search(/[^\w-]/)
  const position = odd === -1 ? value.length - (value.length % 4) : odd
  return `securecookie: base64 decode failed - caused by: illegal base64 data at input byte ${position}`
}

/** URL-safe, with its padding. */
function base64(bytes: Buffer): string {
  const digits = bytes.toString('base64url')
  return digits.padEnd(Math.ceil(digits.length / 4) * 4, '=')
}
