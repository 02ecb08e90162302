import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFakeOry, type FakeOry, type SignInOptions } from '../../../lib/testing/index.js'
import type { Session } from '../../../lib/session/session.js'
import { ask } from './ask.js'

const hourMs = 3_600_000
const startMs = Date.parse('2026-05-01T12:00:00.000Z')

let ory: FakeOry
let now: number

beforeEach(async () => {
  now = startMs
  ory = await createFakeOry({ clock: { now: () => now } })
})
afterEach(() => ory.close())

const byCookie = (cookie: string) => ask(ory.url, { headers: { cookie } })
const byToken = (token: string) => ask(ory.url, { headers: { 'x-session-token': token } })
const statuses = async ({ cookie, token }: { cookie: string; token: string }) => [
  (await byCookie(cookie)).status,
  (await byToken(token)).status,
]
const sinceStart = (time: string) => Date.parse(time) - startMs

describe('signIn', () => {
  it('opens one live session by cookie and by token, as whoami describes it', async () => {
    const { session, cookie, token } = ory.signIn()

    expect((await byCookie(cookie)).body).toEqual(session)
    expect((await byToken(token)).body).toEqual(session)
    expect(token).toMatch(/^ory_st_[A-Za-z0-9]{32}$/)
    expect(cookie).toMatch(/^ory_kratos_session=[\w-]{427}=$/)
  })

  const cases: [string, SignInOptions, object][] = [
    [
      'nothing',
      {},
      { authenticator_assurance_level: 'aal1', authentication_methods: [{ method: 'password' }] },
    ],
    [
      'traits',
      { traits: { email: 'ada@example.com', age: 36 } },
      {
        identity: {
          traits: { email: 'ada@example.com', age: 36 },
          verifiable_addresses: [{ value: 'ada@example.com', verified: true, status: 'completed' }],
          recovery_addresses: [{ value: 'ada@example.com', via: 'email' }],
        },
      },
    ],
    [
      'verified: false',
      { verified: false },
      { identity: { verifiable_addresses: [{ verified: false, status: 'pending' }] } },
    ],
    [
      'metadataPublic',
      { metadataPublic: { role: 'admin' } },
      { identity: { metadata_public: { role: 'admin' } } },
    ],
    ['no metadata', { metadataPublic: null }, { identity: { metadata_public: null } }],
    [
      'aal2',
      { aal: 'aal2' },
      {
        authenticator_assurance_level: 'aal2',
        authentication_methods: [
          { method: 'password', aal: 'aal1' },
          { method: 'totp', aal: 'aal2' },
        ],
      },
    ],
    [
      'methods by name',
      { methods: ['code', 'webauthn'] },
      { authenticator_assurance_level: 'aal2', authentication_methods: [{}, { aal: 'aal2' }] },
    ],
    [
      'two first factors',
      { methods: ['password', 'code'] },
      { authenticator_assurance_level: 'aal1' },
    ],
    ['a second factor alone', { methods: ['totp'] }, { authenticator_assurance_level: 'aal1' }],
    [
      'a federated second factor alone',
      { methods: [{ method: 'oidc', aal: 'aal2', provider: 'google' }] },
      {
        authenticator_assurance_level: 'aal2',
        authentication_methods: [{ method: 'oidc', provider: 'google' }],
      },
    ],
    [
      'a level that the methods do not give',
      { aal: 'aal3', methods: ['passkey'] },
      { authenticator_assurance_level: 'aal3', authentication_methods: [{ method: 'passkey' }] },
    ],
  ]

  it.each(cases)('takes %s', async (_name, options, expected) => {
    const { session, token } = ory.signIn(options)

    expect(session).toMatchObject(expected)
    expect((await byToken(token)).body).toEqual(session)
  })

  it('takes aal0, which is no method at all, and not enough for anything', async () => {
    const { session, token } = ory.signIn({ aal: 'aal0' })

    expect(session.authentication_methods).toEqual([])
    expect(await byToken(token)).toMatchObject({ status: 403 })
    expect(ory.signIn({ methods: [] }).session.authenticator_assurance_level).toBe('aal0')
  })

  it('takes a person without an address', () => {
    const { identity } = ory.signIn({ traits: { username: 'ada' } }).session

    expect(identity).not.toHaveProperty('verifiable_addresses')
    expect(identity).not.toHaveProperty('recovery_addresses')
  })

  it('begins now and lasts a day, unless an option says otherwise', () => {
    const day = ory.signIn().session
    const other = ory.signIn({ expiresInMs: hourMs, authenticatedAgoMs: 60_000 }).session

    expect(sinceStart(day.authenticated_at)).toBe(0)
    expect(sinceStart(day.expires_at)).toBe(24 * hourMs)
    expect(sinceStart(other.authenticated_at)).toBe(-60_000)
    expect(sinceStart(other.authentication_methods[0]?.completed_at ?? '')).toBe(-60_000)
    expect(sinceStart(other.expires_at)).toBe(hourMs)
  })

  it('is refused from the moment it expires', async () => {
    const signedIn = ory.signIn({ expiresInMs: hourMs })
    now += hourMs - 1
    expect(await statuses(signedIn)).toEqual([200, 200])
    now += 1
    expect(await statuses(signedIn)).toEqual([401, 401])
    expect(ory.session(signedIn).active).toBe(false)
  })

  it('can have expired already', async () => {
    expect(await statuses(ory.signIn({ expiresInMs: -1 }))).toEqual([401, 401])
  })

  it('signs somebody in twice, and different users otherwise', () => {
    const first = ory.signIn({
      traits: { email: 'ada@example.com' },
      metadataPublic: { n: 1 },
    }).session
    const second = ory.signIn({ identityId: first.identity.id, metadataPublic: { n: 2 } }).session
    const third = ory.signIn().session

    expect(second.id).not.toBe(first.id)
    expect(second.identity).toMatchObject({
      id: first.identity.id,
      traits: { email: 'ada@example.com' },
      metadata_public: { n: 2 },
    })
    expect(ory.session(first).identity).toEqual(second.identity)
    expect(third.identity.id).not.toBe(first.identity.id)
    expect(third.identity.traits).not.toEqual(first.identity.traits)
  })

  it('gives a new person the id that it is given', () => {
    const identityId = '00000000-0000-4000-8000-000000000001'

    expect(ory.signIn({ identityId }).session.identity.id).toBe(identityId)
  })

  it('neither keeps nor freezes what it is given, and freezes what it gives', () => {
    const traits = { email: 'ada@example.com', tags: ['a'] }
    const amr = ['mfa']
    const methods = [{ method: 'oidc', upstream_amr: amr }] as const
    const { session } = ory.signIn({ traits, methods })
    traits.tags.push('b')
    amr.push('pwd')

    expect(ory.session(session).identity.traits).toEqual({ email: 'ada@example.com', tags: ['a'] })
    expect(ory.session(session).authentication_methods[0]?.upstream_amr).toEqual(['mfa'])
    expect(Object.isFrozen(session.identity.traits['tags'])).toBe(true)
  })

  it.each<[string, object]>([
    ['an unknown option', { trait: {} }],
    ['a lifetime that is no number', { expiresInMs: Number.NaN }],
    ['an age below zero', { authenticatedAgoMs: -1 }],
  ])('refuses %s', (_name, options) => {
    expect(() => ory.signIn(options)).toThrow(TypeError)
  })

  it('says which levels there are', () => {
    const signIn = () => ory.signIn({ aal: 'aal9' as 'aal2' })
    expect(signIn).toThrow(
      new TypeError("signIn: aal is 'aal0' or 'aal1' or 'aal2' or 'aal3', got 'aal9'"),
    )
  })

  it('refuses an unknown option of stepUp', () => {
    expect(() => ory.stepUp(ory.signIn(), { methods: ['totp'] } as object)).toThrow(TypeError)
  })
})

describe('stepUp', () => {
  it('makes the same session aal2, by the old cookie as well', async () => {
    const before = ory.signIn()
    now += 1000
    const after = ory.stepUp(before, { method: 'lookup_secret' })

    expect(after.session).toMatchObject({
      id: before.session.id,
      authenticator_assurance_level: 'aal2',
      issued_at: before.session.issued_at,
      authentication_methods: [{ method: 'password' }, { method: 'lookup_secret', aal: 'aal2' }],
    })
    expect(sinceStart(after.session.authenticated_at)).toBe(1000)
    expect(sinceStart(after.session.expires_at)).toBe(24 * hourMs + 1000)
    expect(after.token).toBe(before.token)
    expect(after.cookie).not.toBe(before.cookie)
    for (const answer of [await byCookie(before.cookie), await byCookie(after.cookie)]) {
      expect(answer.body).toEqual(after.session)
    }
    expect(before.session.authenticator_assurance_level).toBe('aal1')
  })

  it('enrols the second factor, so that the next login needs it where Ory requires so', async () => {
    const strict = await createFakeOry({ requiredAal: 'highest_available' })
    const { session } = strict.signIn()
    strict.stepUp(session)
    const again = strict.signIn({ identityId: session.identity.id })
    const { status } = await ask(strict.url, { headers: { cookie: again.cookie } })
    await strict.close()

    expect(status).toBe(403)
  })
})

describe('a session that lasts longer than its cookie says', () => {
  const setCookie = async (cookie: string) => (await byCookie(cookie)).header('set-cookie')
  const value = (header = '') => header.split(';')[0] ?? ''

  it.each<[string, (session: Session) => unknown]>([
    ['extend', (session) => ory.extend(session, hourMs)],
    ['extend without a time', (session) => ory.extend(session)],
    ['stepUp', (session) => ory.stepUp(session)],
    ['refresh', (session) => ory.refresh(session)],
  ])(
    'brings a new cookie each time after %s, until the browser has it',
    async (_name, lengthen) => {
      const { session, cookie, token } = ory.signIn()
      expect(await setCookie(cookie)).toBeUndefined()
      lengthen(session)
      const first = await setCookie(cookie)
      const second = await setCookie(cookie)

      expect(first).toMatch(
        /^ory_kratos_session=[\w-]{427}=; Path=\/; Expires=\w{3}, \d\d May 2026 [\d:]{8} GMT; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
      )
      expect(new Set([cookie, value(first), value(second)]).size).toBe(3)
      expect(await setCookie(value(first))).toBeUndefined()
      expect(await setCookie(value(second))).toBeUndefined()
      expect(await setCookie(cookie)).toBeDefined()
      expect((await byToken(token)).header('set-cookie')).toBeUndefined()
    },
  )

  it('says in the cookie how long that is', async () => {
    const { session, cookie } = ory.signIn({ expiresInMs: 60_000 })
    const extended = ory.extend(session, hourMs)

    expect(sinceStart(extended.expires_at)).toBe(hourMs + 60_000)
    expect(await setCookie(cookie)).toContain(
      '; Expires=Fri, 01 May 2026 13:01:00 GMT; Max-Age=3660; ',
    )
  })

  it('lasts a lifespan from now when nobody says how long', async () => {
    const { session, cookie } = ory.signIn({ expiresInMs: hourMs })
    now += 60_000
    const extended = ory.extend(session)

    expect(sinceStart(extended.expires_at)).toBe(24 * hourMs + 60_000)
    expect(await setCookie(cookie)).toContain('; Max-Age=86400; ')
  })

  it('is the session of the token when cookie and token are of two', async () => {
    const older = ory.signIn()
    const newer = ory.signIn()
    const ask2 = (token: string, cookie: string) =>
      ask(ory.url, { headers: { 'x-session-token': token, cookie } })
    const answer = await ask2(newer.token, older.cookie)

    expect((await byCookie(value(answer.header('set-cookie')))).body).toEqual(newer.session)
    expect((await ask2(older.token, newer.cookie)).header('set-cookie')).toBeUndefined()
  })
})

describe('refresh', () => {
  it('shows the first factor once more, and leaves token and level', async () => {
    const first = ory.signIn({ aal: 'aal2', authenticatedAgoMs: hourMs, expiresInMs: hourMs })
    now += 60_000
    const { session, token } = ory.refresh(first)

    expect([session.id, token]).toEqual([first.session.id, first.token])
    expect(session.authenticator_assurance_level).toBe('aal2')
    expect(session.authentication_methods.map(({ method }) => method)).toEqual([
      'password',
      'totp',
      'password',
    ])
    expect(sinceStart(session.authenticated_at)).toBe(60_000)
    expect(sinceStart(session.expires_at)).toBe(hourMs + 60_000)
    expect((await byCookie(first.cookie)).body).toEqual(session)
  })

  it('takes another method', () => {
    const { session } = ory.refresh(ory.signIn(), { method: 'passkey' })

    expect(session.authentication_methods.at(-1)).toMatchObject({ method: 'passkey', aal: 'aal1' })
  })
})

describe('reissue', () => {
  it('gives another cookie for the same session, and leaves the old one', async () => {
    const first = ory.signIn()
    const second = ory.reissue(first)

    expect(second).toMatchObject({ session: first.session, token: first.token })
    expect(second.cookie).not.toBe(first.cookie)
    expect((await byCookie(first.cookie)).body).toEqual(first.session)
    expect((await byCookie(second.cookie)).body).toEqual(first.session)
  })
})

describe('who is thrown out', () => {
  it('by revoke is one session, named in any way', async () => {
    const [one, two, three, other] = [ory.signIn(), ory.signIn(), ory.signIn(), ory.signIn()]
    ory.revoke(one)
    ory.revoke(two.session)
    ory.revoke(three.session.id)

    for (const gone of [one, two, three]) expect(await statuses(gone)).toEqual([401, 401])
    expect(await statuses(other)).toEqual([200, 200])
  })

  it.each<[string, (session: Session) => Parameters<FakeOry['revokeAll']>[0]]>([
    ['identity', (session) => session.identity],
    ['identity id', (session) => session.identity.id],
    ['session', (session) => session],
    ['signed-in person', (session) => ({ session })],
  ])('by revokeAll and deactivate are all of a person, named by %s', async (_name, reference) => {
    const one = ory.signIn()
    const { id } = one.session.identity
    const two = ory.signIn({ identityId: id })
    const other = ory.signIn()

    ory.deactivate(reference(one.session))
    expect([...(await statuses(one)), ...(await statuses(two))]).toEqual([401, 401, 401, 401])
    ory.activate(reference(one.session))
    expect([...(await statuses(one)), ...(await statuses(two))]).toEqual([200, 200, 200, 200])
    ory.revokeAll(reference(one.session))
    expect([...(await statuses(one)), ...(await statuses(two))]).toEqual([401, 401, 401, 401])
    expect(await statuses(other)).toEqual([200, 200])
  })

  it.each<[string, () => unknown]>([
    ['revoke', () => ory.revoke('none')],
    ['extend', () => ory.extend('none')],
    ['stepUp', () => ory.stepUp('none')],
    ['refresh', () => ory.refresh('none')],
    ['reissue', () => ory.reissue('none')],
    ['session', () => ory.session('none')],
    ['revokeAll', () => ory.revokeAll('none')],
    ['deactivate', () => ory.deactivate('none')],
    ['activate', () => ory.activate('none')],
    ['updateIdentity', () => ory.updateIdentity('none', {})],
  ])('is never an unknown one: %s', (_name, act) => {
    expect(act).toThrow(new TypeError(`This fake Ory has no ${kind(_name)} 'none'`))
  })

  it.each([undefined, null, 7])('is never %p', (nobody) => {
    const revoke = () => ory.revoke(nobody as unknown as string)
    expect(revoke).toThrow(new TypeError(`Expected a session or its id, got ${nobody}`))
    const revokeAll = () => ory.revokeAll(nobody as unknown as string)
    expect(revokeAll).toThrow(new TypeError(`Expected an identity or its id, got ${nobody}`))
  })
})

describe('updateIdentity', () => {
  it('shows in every session of that person', async () => {
    const { session, token } = ory.signIn()
    ory.updateIdentity(session, { traits: { email: 'new@example.com' }, verified: false })

    expect((await byToken(token)).body).toMatchObject({
      id: session.id,
      identity: {
        id: session.identity.id,
        traits: { email: 'new@example.com' },
        verifiable_addresses: [{ value: 'new@example.com', verified: false }],
      },
    })
  })

  it('refuses an option that does not exist', () => {
    expect(() => ory.updateIdentity(ory.signIn(), { aal: 'aal2' } as object)).toThrow(TypeError)
  })
})

function kind(method: string): string {
  return /identity|all|activate$/i.test(method) ? 'identity' : 'session'
}
