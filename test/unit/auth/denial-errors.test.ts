import { describe, expect, it } from '@jest/globals'
import { createCounters } from '../../../lib/resilience/counters.js'
import { createDenialErrors } from '../../../lib/auth/denial-errors.js'
import { resolvePolicy } from '../../../lib/auth/resolve-policy.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import type { SessionPolicy } from '../../../lib/auth/policy.js'
import type { LiveSession } from '../../../lib/session/parse-session.js'
import { buildSession } from '../../../lib/testing/index.js'
import { Fault } from '../../../lib/shared/fault.js'
import { createFakeClock } from '../support/fake-clock.js'

function open() {
  const clock = createFakeClock()
  const settings = resolveOptions({
    url: 'http://ory.internal/kratos',
    browserUrl: 'https://ory.example/kratos',
    realm: 'my app',
    clock,
  })
  const counters = createCounters()
  const resolve = (policy: SessionPolicy<never> = {}) => resolvePolicy(policy, settings)
  return { errors: createDenialErrors(settings, 1), counters, resolve }
}

const challengeOf = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
  headers['WWW-Authenticate']
const login = 'https://ory.example/kratos/self-service/login/browser'

describe('the challenges of RFC 6750 and RFC 9470', () => {
  it('say what is wrong with a credential, and nothing where there is none', () => {
    const { errors } = open()
    expect(challengeOf(errors.missing())).toBe('Bearer realm="my app"')
    expect(challengeOf(errors.invalid())).toBe('Bearer realm="my app", error="invalid_token"')
    expect(challengeOf(errors.malformed())).toBe('Bearer realm="my app", error="invalid_request"')
    expect(challengeOf(errors.crossSite())).toBeUndefined()
    expect(challengeOf(errors.unavailable(new Fault('timeout')))).toBeUndefined()
  })

  it.each<[SessionPolicy<never>, string]>([
    [{}, 'aal2'],
    [{ aal: 'aal1' }, 'aal2'],
    [{ aal: 'aal2' }, 'aal2'],
    [{ aal: 'aal3' }, 'aal3'],
  ])('say for Ory’s own 403 on a route with %j what would do: %s', (policy, aal) => {
    const { errors, resolve } = open()
    const error = errors.aalTooLow(resolve(policy), undefined)
    expect(challengeOf(error)).toContain(`acr_values="${aal}"`)
    expect(error).toMatchObject({ requiredAal: aal, redirectBrowserTo: `${login}?aal=${aal}` })
  })
})

describe('the link in Ory’s own 403', () => {
  const own = `${login}?aal=aal2&via=email`
  it.each<[string, string | undefined, string]>([
    ['passes on the one to the Ory of browsers', own, own],
    ['makes one where there is none', undefined, `${login}?aal=aal2`],
    ['makes one in place of the internal', 'http://ory.internal/kratos/x', `${login}?aal=aal2`],
    ['makes one in place of a foreign', 'https://evil.example/', `${login}?aal=aal2`],
    [
      'makes one in place of a host that begins alike',
      'https://ory.example.evil.example/',
      `${login}?aal=aal2`,
    ],
    ['makes one in place of a user', 'https://ory.example@evil.example/', `${login}?aal=aal2`],
    ['makes one in place of http', 'http://ory.example/', `${login}?aal=aal2`],
    ['makes one in place of no URL', '/self-service', `${login}?aal=aal2`],
    ['makes one in place of a script', 'javascript:alert(1)', `${login}?aal=aal2`],
  ])('%s', (_title, url, expected) => {
    const { errors, resolve } = open()
    expect(errors.aalTooLow(resolve(), url).redirectBrowserTo).toBe(expected)
  })
})

describe('the link of a denial', () => {
  it.each(['missing', 'invalid'] as const)('is the login where a session is %s', (code) => {
    expect(open().errors[code]()).toMatchObject({ redirectBrowserTo: login })
  })

  it('is the settings for a person without a second factor', () => {
    const { errors, resolve } = open()
    const session = buildSession()
    const error = errors.notEnrolled(resolve({ aal: 'aal2' }), { session } as LiveSession)
    expect(error).toMatchObject({
      code: 'session_aal2_required',
      requiredAal: 'aal2',
      isSecondFactorMissing: true,
      session,
      redirectBrowserTo: 'https://ory.example/kratos/self-service/settings/browser',
    })
    expect(challengeOf(error)).toContain('acr_values="aal2"')
    expect(error.toJSON().detail).toContain('none is enrolled')
  })
})

describe('Retry-After', () => {
  const secondsOf = (fault: Fault) =>
    Number(open().errors.unavailable(fault).headers['Retry-After'])

  it.each<[number | undefined, number]>([
    [undefined, 5],
    [0, 1],
    [1, 1],
    [7, 7],
    [30, 30],
    [31, 30],
    [999_999_999, 30],
  ])('is between 1 and 30 for a rate limit that resets after %p', (reset, expected) => {
    expect(secondsOf(new Fault('rate_limited', '', reset))).toBe(expected)
  })

  it('is a few seconds for all else, and not the same for everybody', () => {
    const all = Array.from({ length: 60 }, () => secondsOf(new Fault('timeout')))
    expect(new Set(all).size).toBeGreaterThan(1)
    for (const seconds of all) expect([1, 2, 3]).toContain(seconds)
  })
})
