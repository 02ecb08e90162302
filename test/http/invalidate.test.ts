import { describe, expect, it } from '@jest/globals'
import type { SessionInvalidateTarget } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { byCookie, byToken, createWorld, idle, madeUpToken } from '../support/world.js'
import { createExchange } from '../unit/support/exchange.js'

const world = createWorld()

const targets: readonly [string, (signedIn: SignedIn) => SessionInvalidateTarget][] = [
  ['session', ({ session }) => ({ session: session.id })],
  ['identity', ({ session }) => ({ identity: session.identity.id })],
  ['request', (signedIn) => ({ request: { headers: byToken(signedIn) } })],
]

describe('invalidate', () => {
  it.each(targets)('forgets at once, by %s', async (_name, target) => {
    const { fake, ory, get } = await world.start()
    const signedIn = fake.signIn()
    const other = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    await get(byToken(other)).expect(200)
    fake.revoke(signedIn)
    fake.revoke(other)

    expect(await ory.invalidate(target(signedIn))).toBe(1)

    await get(byToken(signedIn)).expect(401)
    await get(byToken(other)).expect(200)
    expect(await ory.invalidate(target(fake.signIn()))).toBe(0)
  })

  it.each(targets)('has no answer in flight bring it back, by %s', async (_name, target) => {
    const { fake, ory, site, get } = await world.start()
    const signedIn = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const waiting = get(byToken(signedIn)).then(({ status }) => status)
    await site.arrived(1)
    await fake.calls.waitFor(1)
    fake.revoke(signedIn)

    await ory.invalidate(target(signedIn))
    held.heal()

    expect(await waiting).toBe(401)
    await get(byToken(signedIn)).expect(401)
  })

  it.each(targets)(
    'has no refresh in the background bring it back, by %s',
    async (_name, target) => {
      const { fake, ory, get, clock } = await world.start()
      const signedIn = fake.signIn()
      await get(byToken(signedIn)).expect(200)
      const held = fake.fault('held', { times: 1 })
      clock.advance(8_000)
      await get(byToken(signedIn)).expect(200)
      await fake.calls.waitFor(2)
      fake.revoke(signedIn)

      expect(await ory.invalidate(target(signedIn))).toBe(1)
      held.heal()
      await idle(ory)

      await get(byToken(signedIn)).expect(401)
    },
  )

  it('leaves the answers in flight of everybody else alone', async () => {
    const { fake, ory, site, get } = await world.start()
    const signedIn = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const waiting = get(byToken(signedIn)).then(({ status }) => status)
    await site.arrived(1)
    await fake.calls.waitFor(1)

    for (const [, target] of targets) await ory.invalidate(target(fake.signIn()))
    held.heal()

    expect(await waiting).toBe(200)
    await get(byToken(signedIn)).expect(200)
    expect(fake.calls.whoami).toBe(1)
  })

  it('counts each credential of a session, and each session of an identity', async () => {
    const { fake, ory, get } = await world.start()
    const first = fake.signIn()
    const second = fake.signIn({ identityId: first.session.identity.id })
    for (const headers of [byToken(first), byCookie(first), byToken(second)]) {
      await get(headers).expect(200)
    }

    expect(await ory.invalidate({ session: first.session.id })).toBe(2)
    await get(byToken(first)).expect(200)
    expect(await ory.invalidate({ identity: first.session.identity.id })).toBe(2)
    expect(ory.stats().entries).toBe(0)
  })

  it('takes the request itself, as a handler that logs out has it', async () => {
    const { fake, ory, site, get } = await world.start()
    const signedIn = fake.signIn()
    await get(byCookie(signedIn)).expect(200)

    expect(await ory.invalidate({ request: site.visits[0]!.request })).toBe(1)
    await get(byCookie(signedIn)).expect(200)

    expect(fake.calls.whoami).toBe(2)
  })

  it.each<[string, Record<string, string>]>([
    ['without a credential', {}],
    ['with a malformed one', { 'X-Session-Token': 'a b' }],
  ])('forgets nothing for a request %s', async (_name, headers) => {
    const { ory } = await world.start()

    expect(await ory.invalidate({ request: { headers } })).toBe(0)
  })

  it.each<[string, unknown, string]>([
    ['a request', createExchange().request, 'got a request'],
    ['nothing', undefined, 'got undefined'],
    ['an empty object', {}, 'got an object'],
    ['an empty id', { session: '' }, 'got an object'],
    ['two at once', { session: 'a', identity: 'b' }, 'got an object'],
  ])('takes for a target no other thing: %s', async (_name, target, got) => {
    const { ory } = await world.start()
    await expect(ory.invalidate(target as SessionInvalidateTarget)).rejects.toThrow(
      new TypeError(
        `invalidate must be one of { session: id }, { identity: id }, { request }; ${got} (docs/errors.md#err_ory_invalid_option)`,
      ),
    )
  })

  it('forgets a refusal, for a user who signs in with the same credential again', async () => {
    const { fake, ory, get } = await world.start()
    const headers = byToken({ token: madeUpToken() })
    await get(headers).expect(401)

    expect(await ory.invalidate({ request: { headers } })).toBe(1)
    await get(headers).expect(401)

    expect(fake.calls.whoami).toBe(2)
  })

  it('in a loop ends in 503 rather than in asking for ever', async () => {
    const { fake, ory, get } = await world.start()
    const { session, token } = fake.signIn()
    fake.fault((right) => {
      void ory.invalidate({ session: session.id })
      return right
    })

    await get(byToken({ token })).expect(503)

    expect(fake.calls.whoami).toBeLessThanOrEqual(5)
  })
})
