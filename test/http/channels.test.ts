import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { observe } from '../../lib/index.js'
import type { OryDecisionEvent, OryEvents, SessionPolicy } from '../../lib/index.js'
import { expectNoSecret } from '../support/canary.js'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { byCookie, byToken, createWorld, idle, madeUpToken } from '../support/world.js'

const world = createWorld()

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function listen<Name extends keyof OryEvents>(name: Name, options = {}): OryEvents[Name][] {
  const events: OryEvents[Name][] = []
  stops.push(observe(name, (event) => void events.push(event), options))
  return events
}

const nothing = {
  policyKey: undefined,
  source: undefined,
  servedFrom: undefined,
  isCoalesced: false,
  upstream: undefined,
}

describe('the channel decision', () => {
  it('says what a hit and a miss rest on', async () => {
    const events = listen('decision')
    const { fake, get } = await world.start()
    const person = fake.signIn()

    await get(byToken(person)).expect(200)
    await get(byToken(person)).expect(200)
    await get(byCookie(person)).expect(200)

    const common = {
      instance: expect.any(Number),
      code: undefined,
      durationMs: expect.any(Number),
      ...nothing,
    }
    expect(events).toEqual([
      { ...common, source: 'x-session-token', servedFrom: 'upstream', upstream: 'live' },
      { ...common, source: 'x-session-token', servedFrom: 'cache' },
      { ...common, source: 'cookie', servedFrom: 'upstream', upstream: 'live' },
    ])
  })

  it.each<
    [string, SessionPolicy, (fake: FakeOry, person: SignedIn) => void, Partial<OryDecisionEvent>]
  >([
    ['aal', { aal: 'aal2' }, () => undefined, { code: 'session_aal2_required' }],
    [
      'authMethods',
      { authMethods: ['webauthn'] },
      () => undefined,
      { code: 'session_method_required' },
    ],
    ['allow', { allow: () => false }, () => undefined, { code: 'session_forbidden' }],
  ])('names the key %s of the policy that failed', async (policyKey, policy, arrange, expected) => {
    const events = listen('decision')
    const { fake, get } = await world.start({ policy })
    const person = fake.signIn()
    arrange(fake, person)

    await get(byToken(person)).expect(403)

    expect(events).toMatchObject([{ ...expected, policyKey }])
  })

  it.each<[string, (fake: FakeOry) => void, Partial<OryDecisionEvent>]>([
    [
      'a refusal',
      () => undefined,
      { code: 'session_invalid', upstream: 'refused', servedFrom: 'upstream' },
    ],
    [
      'a fault',
      (fake) => void fake.fault(503),
      { code: 'authentication_unavailable', upstream: 'server_error' },
    ],
  ])('says how Ory answered in %s', async (_name, arrange, expected) => {
    const events = listen('decision')
    const { fake, get } = await world.start()
    arrange(fake)

    await get({ 'X-Session-Token': madeUpToken() })

    expect(events).toMatchObject([expected])
  })

  it('shows a request that waited for the question of another', async () => {
    const events = listen('decision')
    const { fake, get, site } = await world.start()
    const person = fake.signIn()
    const held = fake.fault('held', { times: 1 })

    const both = [get(byToken(person)), get(byToken(person))].map((test) =>
      test.then(() => undefined),
    )
    await site.arrived(2)
    held.heal()
    await Promise.all(both)

    expect(events.map(({ isCoalesced }) => isCoalesced).sort()).toEqual([false, true])
  })

  it('has an identity only for a listener that asked for it', async () => {
    const plain = listen('decision')
    const audited = listen('decision', { identityId: true })
    const { fake, get } = await world.start({ policy: { aal: 'aal2' } })
    const person = fake.signIn({ traits: { email: 'canary-trait@example.com' } })

    await get(byToken(person)).expect(403)

    const { id } = person.session.identity
    expect(audited).toMatchObject([{ code: 'session_aal2_required', identityId: id }])
    expectNoSecret(plain, [id, person.session.id, 'canary-trait', person.token])
    expectNoSecret(audited, [person.session.id, 'canary-trait', person.token])
  })

  it('is left alone by a listener that throws', async () => {
    stops.push(
      observe('decision', () => {
        throw new Error('a mistake in a logger')
      }),
    )
    const { fake, get } = await world.start()

    await get(byToken(fake.signIn())).expect(200)
  })

  it('refuses a channel that does not exist', () => {
    expect(() => observe('decisions' as 'decision', () => undefined)).toThrow(
      /observe must be one of/,
    )
  })
})

describe('the channel upstream', () => {
  it('tells a refresh in the background from a question of a request', async () => {
    const events = listen('upstream')
    const { fake, ory, clock, get } = await world.start()
    const person = fake.signIn()
    await get(byToken(person)).expect(200)
    clock.advance(8_500)
    await get(byToken(person)).expect(200)
    await idle(ory)

    const common = {
      instance: expect.any(Number),
      operation: 'whoami',
      outcome: 'live',
      isForced: false,
      durationMs: expect.any(Number),
    }
    expect(events).toEqual([
      { ...common, isRefresh: false },
      { ...common, isRefresh: true },
    ])
  })

  it('says what a logout and a look for a second factor came to', async () => {
    const events = listen('upstream')
    const { fake, ory, get } = await world.start({ policy: { aal: 'aal2' } })
    const one = fake.signIn()
    await get(byToken(one)).expect(403)
    const out = await world.site(ory.logout())
    await request(out.origin).post('/').set(byToken(one)).expect(204)

    expect(events.map(({ operation, outcome }) => [operation, outcome])).toEqual(
      expect.arrayContaining([
        ['whoami', 'live'],
        ['login', 'not_enrolled'],
        ['logout', 'ended'],
      ]),
    )
  })

  it('says the reason of a fault', async () => {
    const events = listen('upstream')
    const { fake, get } = await world.start()
    fake.fault('reset')

    await get(byToken(fake.signIn())).expect(503)

    expect(events).toMatchObject([{ outcome: 'network' }])
  })
})

describe('the channel setup', () => {
  it.each<[string, Parameters<FakeOry['fault']>[0], string]>([
    ['a 404', 404, 'route_not_found'],
    ['a redirect', { status: 302, headers: { Location: '/login' } }, 'redirect'],
    ['a page', 'html', 'html'],
    ['a login page of a proxy', '401-html', 'html'],
  ])(
    'names the cause and the fix of %s once, and the answer stays a 503',
    async (_name, fault, cause) => {
      const events = listen('setup')
      const { fake, get } = await world.start()
      fake.fault(fault)

      await get(byToken(fake.signIn())).expect(503)
      await get(byToken(fake.signIn())).expect(503)

      expect(events).toEqual([
        {
          instance: expect.any(Number),
          cause,
          detail: expect.any(String),
          url: fake.url,
          message: expect.any(String),
          fix: expect.any(String),
        },
      ])
    },
  )

  it('is heard by a subscriber that comes later', async () => {
    const { fake, get } = await world.start()
    fake.fault(404)
    await get(byToken(fake.signIn())).expect(503)
    const events = listen('setup')

    await get(byToken(fake.signIn())).expect(503)

    expect(events).toHaveLength(1)
  })
})

it('a subscriber of node:diagnostics_channel gets no identity', async () => {
  const events: unknown[] = []
  const receive = (message: unknown): void => void events.push(message)
  subscribe('express-ory-session:decision', receive)
  stops.push(() => void unsubscribe('express-ory-session:decision', receive))
  stops.push(observe('decision', () => undefined, { identityId: true }))
  const { fake, get } = await world.start()
  const person = fake.signIn()

  await get(byToken(person)).expect(200)

  expect(events).toHaveLength(1)
  expectNoSecret(events, [person.session.identity.id])
})
