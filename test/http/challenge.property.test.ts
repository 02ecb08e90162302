import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { createOrySession } from '../../lib/index.js'
import type { SessionDenialCode, OptionalSessionPolicy } from '../../lib/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { parseChallenges } from '../support/challenge.js'
import { byCookie, byMadeUp, byToken } from '../support/world.js'
import type { Headers } from '../support/world.js'
import { expectHolds, expectRefuted } from '../unit/support/runs.js'

jest.setTimeout(30_000)

let fake: FakeOry
beforeAll(async () => {
  fake = await createFakeOry()
})
afterAll(() => fake.close())

interface Denied {
  readonly code: SessionDenialCode
  readonly policy?: OptionalSessionPolicy
  readonly send: () => Headers
  readonly method?: string
  /** What the challenge says besides its realm; `undefined` where there is none. */
  readonly says?: Readonly<Record<string, string>>
}

const fiftyYearsMs = 50 * 365.25 * 86_400_000
const insufficient = 'insufficient_user_authentication'

const denials: fc.Arbitrary<Denied> = fc.oneof(
  fc.constantFrom<Denied>(
    { code: 'session_missing', send: () => ({}), says: {} },
    { code: 'session_invalid', send: () => byMadeUp(), says: { error: 'invalid_token' } },
    {
      code: 'credential_malformed',
      send: () => ({ 'x-session-token': 'a b' }),
      says: { error: 'invalid_request' },
    },
    {
      code: 'cross_site_request',
      send: () => ({ ...byCookie(fake.signIn()), 'sec-fetch-site': 'cross-site' }),
      method: 'POST',
    },
    {
      code: 'session_forbidden',
      policy: { allow: () => false },
      send: () => byToken(fake.signIn()),
    },
    {
      code: 'session_unverified',
      policy: { verifiedAddress: true },
      send: () => byToken(fake.signIn({ verified: false })),
    },
    {
      code: 'authentication_unavailable',
      send() {
        fake.fault(500, { times: 1 })
        return byMadeUp()
      },
    },
  ),
  fc.constantFrom('aal2', 'aal3').map((aal): Denied => ({
    code: 'session_aal2_required',
    policy: { aal: aal },
    send: () => byToken(fake.signIn()),
    says: { error: insufficient, acr_values: aal },
  })),
  fc
    .oneof(fc.nat(), fc.double({ min: 0, max: fiftyYearsMs, noNaN: true }))
    .map((maxAgeMs): Denied => ({
      code: 'session_refresh_required',
      policy: { maxAgeMs },
      send: () => byToken(fake.signIn({ authenticatedAgoMs: maxAgeMs + 60_000 })),
      says: { error: insufficient, max_age: String(Math.floor(maxAgeMs / 1000)) },
    })),
)

const realms = fc.oneof(
  fc.string({
    unit: fc.constantFrom('"', '\\', ',', '=', ' ', 'a', ';', "'"),
    minLength: 1,
    maxLength: 8,
  }),
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
  }),
)

type Write = (header: string) => string

/** Every denial has the challenge that it should have, and the realm comes out as it went in. */
const saysByTheGrammar = (written: Write) =>
  fc.asyncProperty(realms, denials, async (realm, { code, policy, send, method, says }) => {
    const ory = createOrySession({ url: fake.url, realm, readinessPath: false })
    const { error } = await ory.authenticate({ headers: send(), method }, policy)
    await ory.close()

    expect(error?.code).toBe(code)
    const header = error?.headers['WWW-Authenticate']
    if (says === undefined) {
      expect(header).toBeUndefined()
      return
    }
    expect(parseChallenges(written(header!))).toEqual([
      { scheme: 'Bearer', parameters: Object.entries({ realm, ...says }) },
    ])
  })

describe('the challenge of a denial', () => {
  it('is one by the grammar', async () => {
    await expectHolds(
      saysByTheGrammar((header) => header),
      100,
    )
  })

  it.each<[string, Write]>([
    ['escapes nothing', (header) => header.replace(/\\(.)/g, '$1')],
    ['escapes quotes alone', (header) => header.replaceAll('\\\\', '\\')],
    ['escapes backslashes alone', (header) => header.replaceAll('\\"', '"')],
    ['quotes nothing', (header) => header.replace(/="((?:\\.|[^"\\])*)"/g, '=$1')],
    ['takes a semicolon for a comma', (header) => header.replaceAll('", ', '"; ')],
    ['takes a blank for a comma', (header) => header.replaceAll('", ', '" ')],
    ['leaves the scheme out', (header) => header.slice('Bearer '.length)],
    ['leaves the realm out', (header) => header.replace(/realm="(?:\\.|[^"\\])*"(?:, )?/, '')],
    ['writes another error', (header) => header.replace('invalid_token', 'invalid_request')],
    ['writes milliseconds', (header) => header.replace(/max_age="(\d+)"/, 'max_age="$1000"')],
  ])('can be distinguished from one that %s', async (_name, broken) => {
    await expectRefuted(saysByTheGrammar(broken), 500)
  })
})
