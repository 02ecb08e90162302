import { expect } from '@jest/globals'
import type { FakeOry } from '../../lib/testing/index.js'

const expected = {
  401: ['session_missing', 'www-authenticate', /^Bearer realm="ory"$/],
  403: ['session_aal2_required', 'www-authenticate', /acr_values="aal2"/],
  503: ['authentication_unavailable', 'retry-after', /^\d+$/],
} as const

/** Holds an answer against the denial that the contract has for its status. */
export async function expectDenial(
  response: Response,
  status: keyof typeof expected | '401' | '403' | '503',
): Promise<void> {
  const [code, header, value] = expected[Number(status) as keyof typeof expected]
  const { headers } = response
  expect(response.status).toBe(Number(status))
  expect(headers.get(header)).toMatch(value)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('vary')).toContain('X-Session-Token, Authorization, Cookie')
  expect(await response.json()).toMatchObject({
    type: 'about:blank',
    code,
    status: response.status,
  })
}

/** A cookie that Ory renews at the next question. */
export function renewing(fake: FakeOry): string {
  const { session, cookie } = fake.signIn()
  fake.extend(session)
  return cookie
}
