import type { OptionalSessionPolicy, OrySessionOptions } from '../../lib/index.js'
import type { FakeOry, FakeOryOptions } from '../../lib/testing/index.js'
import { malformed, sessionInvalid, sessionMissing, unavailable } from './denial.js'
import type { ExpectedDenial } from './denial.js'
import { byCookie, byToken, junkToken } from './world.js'
import type { Headers } from './world.js'

/** A situation, and the answer that it has. */
export interface Row {
  readonly situation: string
  readonly policy?: OptionalSessionPolicy
  readonly options?: OrySessionOptions
  readonly fakeOptions?: FakeOryOptions
  readonly method?: 'get' | 'post' | 'delete' | 'options'
  /** Prepares Ory, and returns the headers of the request. */
  readonly send: (fake: FakeOry) => Headers
  readonly expected: ExpectedDenial | ((fake: FakeOry) => ExpectedDenial)
  /** How often whoami is called. */
  readonly calls: number
}

const minute = 60_000
const insufficient = 'Bearer realm="ory", error="insufficient_user_authentication"'

const login = (fake: FakeOry, query: string): string =>
  `${fake.url}/self-service/login/browser?${query}`

const aalTooLow = (fake: FakeOry): ExpectedDenial => ({
  status: 403,
  code: 'session_aal2_required',
  challenge: `${insufficient}, acr_values="aal2"`,
  members: { required_aal: 'aal2', redirect_browser_to: login(fake, 'aal=aal2') },
})

const loginTooOld = (fake: FakeOry): ExpectedDenial => ({
  status: 403,
  code: 'session_refresh_required',
  challenge: `${insufficient}, max_age="900"`,
  members: { redirect_browser_to: login(fake, 'refresh=true') },
})

const faulty = (kind: Parameters<FakeOry['fault']>[0]) => (fake: FakeOry) => {
  const headers = byToken(fake.signIn())
  fake.fault(kind)
  return headers
}

/** Every denial that the package promises. */
export const rows: readonly Row[] = [
  { situation: 'no credential', send: () => ({}), expected: sessionMissing, calls: 0 },
  {
    situation: 'OPTIONS without a credential',
    method: 'options',
    send: () => ({ Origin: 'https://app.example', 'Access-Control-Request-Method': 'PUT' }),
    expected: sessionMissing,
    calls: 0,
  },
  {
    situation: 'a bearer token of somebody else',
    send: () => ({ Authorization: 'Bearer ory_at_abc.def' }),
    expected: sessionMissing,
    calls: 0,
  },
  {
    situation: 'another realm',
    options: { realm: 'a "b" \\ c' },
    send: () => ({}),
    expected: { ...sessionMissing, challenge: 'Bearer realm="a \\"b\\" \\\\ c"' },
    calls: 0,
  },
  {
    situation: 'an unknown token',
    send: () => byToken({ token: junkToken() }),
    expected: sessionInvalid,
    calls: 1,
  },
  {
    situation: 'a cookie that is nothing',
    send: (fake) => ({ Cookie: `${fake.cookieName}=garbage` }),
    expected: sessionInvalid,
    calls: 1,
  },
  {
    situation: 'an expired session',
    send: (fake) => byCookie(fake.signIn({ expiresInMs: -1 })),
    expected: sessionInvalid,
    calls: 1,
  },
  {
    situation: 'an X-Session-Token that cannot be one',
    send: () => ({ 'X-Session-Token': 'eyJhbGciOi.abc.def' }),
    expected: sessionInvalid,
    calls: 0,
  },
  {
    situation: 'an oversized session cookie',
    send: (fake) => ({ Cookie: `${fake.cookieName}=${'a'.repeat(9_000)}` }),
    expected: sessionInvalid,
    calls: 0,
  },
  {
    situation: 'a session cookie with bytes that none has',
    send: (fake) => ({ Cookie: `${fake.cookieName}=a b` }),
    expected: sessionInvalid,
    calls: 0,
  },
  {
    situation: 'a malformed X-Session-Token',
    send: (fake) => ({ 'X-Session-Token': `${fake.signIn().token}, x` }),
    expected: malformed,
    calls: 0,
  },
  {
    situation: 'a malformed Authorization',
    send: (fake) => ({ Authorization: `Bearer ${fake.signIn().token} x` }),
    expected: malformed,
    calls: 0,
  },
  {
    situation: 'an AAL that is too low for the route',
    policy: { aal: 'aal2' },
    send: (fake) => byCookie(fake.signIn({ secondFactor: true })),
    expected: aalTooLow,
    calls: 1,
  },
  {
    situation: 'an AAL that is too low for Ory itself',
    fakeOptions: { requiredAal: 'highest_available' },
    send: (fake) => byToken(fake.signIn({ secondFactor: true })),
    expected: aalTooLow,
    calls: 1,
  },
  {
    situation: 'a login that is too old',
    policy: { maxAgeMs: 15 * minute },
    send: (fake) => byToken(fake.signIn({ authenticatedAgoMs: 15 * minute + 1 })),
    expected: loginTooOld,
    calls: 1,
  },
  {
    situation: 'a method that is not accepted',
    policy: { authMethods: ['passkey', 'oidc'] },
    send: (fake) => byToken(fake.signIn()),
    expected: { status: 403, code: 'session_method_required' },
    calls: 1,
  },
  {
    situation: 'no verified address',
    policy: { verifiedAddress: true },
    send: (fake) => byToken(fake.signIn({ verified: false })),
    expected: { status: 403, code: 'session_unverified' },
    calls: 1,
  },
  {
    situation: 'a predicate that says no',
    policy: { allow: () => false },
    send: (fake) => byToken(fake.signIn()),
    expected: { status: 403, code: 'session_forbidden' },
    calls: 1,
  },
  {
    situation: 'a predicate that says something truthy',
    policy: { allow: () => 'yes' as unknown as boolean },
    send: (fake) => byToken(fake.signIn()),
    expected: { status: 403, code: 'session_forbidden' },
    calls: 1,
  },
  {
    situation: 'a cookie, an unsafe method and another site',
    method: 'post',
    send: (fake) => ({ ...byCookie(fake.signIn()), 'Sec-Fetch-Site': 'cross-site' }),
    expected: { status: 403, code: 'cross_site_request' },
    calls: 0,
  },
  { situation: 'Ory answering 500', send: faulty(500), expected: unavailable, calls: 1 },
  { situation: 'Ory answering 429', send: faulty(429), expected: unavailable, calls: 1 },
  { situation: 'Ory answering garbage', send: faulty('html'), expected: unavailable, calls: 1 },
  {
    situation: 'Ory not answering in time',
    // Long enough for the question to arrive on a busy machine.
    options: { timeoutMs: 1_000 },
    send: faulty('silent'),
    expected: unavailable,
    calls: 1,
  },
  {
    situation: 'a 401 from an Ory that is not ready',
    send: faulty('database'),
    expected: unavailable,
    calls: 1,
  },
]
