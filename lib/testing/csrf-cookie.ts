import { createHash, randomBytes } from 'node:crypto'
import type { FakeRequest } from './fake-request.js'

/** The anti-CSRF cookie of Kratos. The fake's own forms go without: there is nothing to be stolen here. */
export interface CsrfCookie {
  /** Sets it for a caller that has none. */
  ensure(request: FakeRequest): readonly string[]
  /** Replaces it for a caller that has one, as Kratos does at each logout and when somebody signs in. */
  renew(request: FakeRequest): readonly string[]
}

export function createCsrfCookie(publicUrl: string): CsrfCookie {
  const name = `csrf_token_${createHash('sha256').update(publicUrl).digest('hex')}`
  const issue = (): string => {
    const value = randomBytes(32).toString('base64')
    return `${name}=${value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`
  }
  const isSent = ({ headers }: FakeRequest): boolean =>
    headers['cookie']?.some((header) => header.includes(`${name}=`)) === true

  return {
    ensure: (request) => (isSent(request) ? [] : [issue()]),
    renew: (request) => (isSent(request) ? [issue()] : []),
  }
}
