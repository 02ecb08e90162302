import { createHash, randomBytes } from 'node:crypto'
import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'

/**
 * The anti-CSRF cookie that Kratos sets on whatever a browser could ask for, and that is no API, to
 * whoever has none. The fake's own forms go without: there is nothing to be stolen here.
 */
export function createCsrfCookie(
  publicUrl: string,
): (request: FakeRequest) => FakeAnswer['headers'] {
  const name = `csrf_token_${createHash('sha256').update(publicUrl).digest('hex')}`
  return ({ headers }) => {
    if (headers['cookie']?.some((header) => header.includes(`${name}=`))) return {}
    const value = randomBytes(32).toString('base64')
    return { 'Set-Cookie': `${name}=${value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax` }
  }
}
