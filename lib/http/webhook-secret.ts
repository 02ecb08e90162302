import { createHash, timingSafeEqual } from 'node:crypto'
import { setupError } from '../shared/error-codes.js'

/** Fewest characters of a secret: a shorter one can be guessed. */
const leastLength = 16

/** Whether the value of an `Authorization` header has one of the secrets. */
export type HasSecret = (authorization: string | undefined) => boolean

/**
 * Checks the secrets once, and makes the test of each request, whose time does not depend on how much
 * of a guess is right.
 *
 * @throws TypeError for a secret that is too short or that no header can carry
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 and RFC 7617 for basic auth
 */
export function createWebhookSecret(secret: string | readonly string[]): HasSecret {
  const expected = `a string of ${String(leastLength)} printable ASCII characters or more, or a list of these`
  const isSecret = (item: unknown): item is string =>
    typeof item === 'string' && item.length >= leastLength && /^[\x21-\x7e]+$/.test(item)
  // `every` skips the holes of a sparse list, so take a copy, which has `undefined` in them.
  const secrets: unknown[] = Array.isArray(secret) ? Array.from(secret as unknown[]) : [secret]
  if (secrets.length === 0 || !secrets.every(isSecret)) {
    const got = secrets.map(describe).join(', ') || 'an empty list'
    throw setupError('ERR_ORY_INVALID_OPTION', `webhook.secret must be ${expected}; got ${got}`)
  }
  const digests = secrets.map(digest)

  return (authorization) => {
    const given = digest(readSecret(authorization ?? ''))
    // Each of them, or the time would tell which one a guess is near.
    return digests.map((one) => timingSafeEqual(one, given)).includes(true)
  }
}

/** No message shows a secret, not even one that is too short, or a number. */
function describe(secret: unknown): string {
  return typeof secret === 'string'
    ? `a string of ${String(secret.length)} characters`
    : typeof secret
}

/** The token of a bearer, or the password of basic auth. */
function readSecret(authorization: string): string {
  const [, scheme = '', value = ''] = /^(bearer|basic) +([^ ]+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  const pair = Buffer.from(value, 'base64').toString('latin1')
  const colon = pair.indexOf(':')
  return colon === -1 ? '' : pair.slice(colon + 1)
}

// Digests have one length, as `timingSafeEqual` needs, whatever was given.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
