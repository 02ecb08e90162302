import { describe, expect, it } from '@jest/globals'
import { buildSession } from '../../lib/testing/index.js'
import { altered, eventually, outcomeOf, startFleet, storeSecret } from '../support/fleet.js'
import { byCookie, byToken, createWorld, idle, madeUpToken } from '../support/world.js'

const world = createWorld()

describe('a store', () => {
  it('lets a process answer from what another has learnt, with no call to Ory', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process()]
    const signedIn = fleet.fake.signIn()

    expect(await outcomeOf(a, byToken(signedIn))).toBe('upstream')
    expect(await outcomeOf(b, byToken(signedIn))).toBe('cache')

    expect(fleet.fake.calls.whoami).toBe(1)
    expect(b.stats()).toMatchObject({ upstream: {}, store: { hits: 1, misses: 0 } })
    expect(a.stats().store).toMatchObject({ hits: 0, misses: 1 })
  })

  it('ends a session for all processes at the end of one TTL, counted from the call', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process()]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    fleet.clock.advance(7_900)
    expect(await outcomeOf(b, byToken(signedIn))).toBe('cache')
    fleet.fake.revoke(signedIn)

    fleet.clock.advance(2_099)
    expect(await outcomeOf(b, byToken(signedIn))).toBe('cache')
    await idle(b)
    fleet.clock.advance(1)
    expect(await outcomeOf(b, byToken(signedIn))).toBe('session_invalid')
    expect(await outcomeOf(a, byToken(signedIn))).toBe('session_invalid')
  })

  it('is not asked by a hit in memory, nor by a forced question, which writes all the same', async () => {
    const fleet = await startFleet(world)
    let gets = 0
    const counting = altered(fleet.store, {
      get: (key) => {
        gets += 1
        return fleet.store.get(key)
      },
    })
    const [a, b] = [fleet.process({ store: counting }), fleet.process()]
    const signedIn = fleet.fake.signIn()
    expect(await outcomeOf(a, byToken(signedIn), { fresh: true })).toBe('upstream')
    expect(await outcomeOf(a, byToken(signedIn))).toBe('cache')
    expect(gets).toBe(0)
    expect(await outcomeOf(b, byToken(signedIn))).toBe('cache')
  })

  it('has a stored answer that falls short of a policy asked about again before the denial', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process()]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    fleet.fake.stepUp(signedIn)

    expect(await outcomeOf(b, byToken(signedIn), { aal: 'aal2' })).toBe('upstream')
    expect(fleet.fake.calls.last?.headers['cache-control']).toBe('max-age=0')
    const other = fleet.fake.signIn()
    await outcomeOf(a, byToken(other))
    expect(await outcomeOf(b, byToken(other), { aal: 'aal2' })).toBe('session_aal2_required')
  })

  it('carries invalidate by request to a session in use, however many others came by since', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process({ cacheMaxSessions: 10 })]
    const signedIn = fleet.fake.signIn()
    for (let before = 0; before < 7; before += 1) {
      await outcomeOf(b, byToken(fleet.fake.signIn()))
    }
    await outcomeOf(b, byToken(signedIn))
    for (let others = 0; others < 18; others += 1) {
      await outcomeOf(b, byToken(fleet.fake.signIn()))
      expect(await outcomeOf(b, byToken(signedIn))).toBe('cache')
    }
    // It is a hit in memory all the time, which no other process can end but by a message.
    expect(b.stats().store.hits).toBe(0)
    fleet.fake.revoke(signedIn)
    await a.invalidate({ request: { headers: byToken(signedIn) } })
    await eventually(async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid')
  })

  it('carries invalidate by request to a watch, however many others came by since', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process({ cacheMaxSessions: 1 })]
    const request = { headers: byToken(fleet.fake.signIn()) }
    await b.authenticate(request)
    let ended: string | undefined
    b.watch(request, { onEnd: ({ code }) => (ended = code) })
    for (let others = 0; others < 9; others += 1) {
      await outcomeOf(b, byToken(fleet.fake.signIn()))
    }
    expect(ended).toBeUndefined()
    await a.invalidate({ request })
    await eventually(() => ended === 'session_invalid')
  })

  it.each<
    [string, (it: { token: string; session: { id: string; identity: { id: string } } }) => object]
  >([
    ['session', ({ session }) => ({ session: session.id })],
    ['identity', ({ session }) => ({ identity: session.identity.id })],
    ['request', (signedIn) => ({ request: { headers: byToken(signedIn) } })],
  ])('carries invalidate by %s to every process', async (_name, target) => {
    const fleet = await startFleet(world)
    const [a, b, c] = [fleet.process(), fleet.process(), fleet.process()]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await outcomeOf(b, byToken(signedIn))
    fleet.fake.revoke(signedIn)

    await c.invalidate(target(signedIn) as never)

    await eventually(async () => (await outcomeOf(a, byToken(signedIn))) === 'session_invalid')
    await eventually(async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid')
    expect(await outcomeOf(c, byToken(signedIn))).toBe('session_invalid')
    // A process that is new reads of it, too, although the record may still be there.
    expect(await outcomeOf(fleet.process(), byToken(signedIn))).toBe('session_invalid')
  })

  it('has no answer that was under way elsewhere bring back what was invalidated', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process()]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(fleet.fake.signIn()))
    const held = fleet.fake.fault('held', { times: 1 })
    const before = fleet.fake.calls.whoami
    const waiting = outcomeOf(b, byToken(signedIn))
    await fleet.fake.calls.waitFor(before + 1)
    fleet.fake.revoke(signedIn)

    await a.invalidate({ session: signedIn.session.id })
    held.heal()

    await waiting
    expect(await outcomeOf(a, byToken(signedIn))).toBe('session_invalid')
    expect(await outcomeOf(fleet.process(), byToken(signedIn))).toBe('session_invalid')
    await eventually(async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid')
  })

  it('tells the others of a 401 for a session that was live, and of none for an unknown one', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process()]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await outcomeOf(b, byToken(signedIn))
    fleet.fake.revoke(signedIn)
    const entries = async () => (await fleet.store.since(logNameOf(fleet.store.dump()))).entries

    expect(await outcomeOf(a, byToken({ token: madeUpToken() }))).toBe('session_invalid')
    expect(await entries()).toHaveLength(1)
    expect(await outcomeOf(a, byToken(signedIn), { fresh: true })).toBe('session_invalid')
    await eventually(async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid')
    expect(await entries()).toHaveLength(2)
  })

  it('rejects invalidate that it did not take, which is done here and made up for later', async () => {
    const fleet = await startFleet(world)
    let isFull = false
    const secretError = new Error(`OOM SET ${storeSecret}`)
    const full = altered(fleet.store, {
      append: (...given) => (isFull ? Promise.reject(secretError) : fleet.store.append(...given)),
    })
    const [a, b] = [fleet.process({ store: full }), fleet.process()]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await outcomeOf(b, byToken(signedIn))
    fleet.fake.revoke(signedIn)

    isFull = true
    const error: unknown = await a
      .invalidate({ session: signedIn.session.id })
      .catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'store_unavailable' })
    expect(error).not.toHaveProperty('cause')
    expect(await outcomeOf(a, byToken(signedIn))).toBe('session_invalid')
    expect(await outcomeOf(b, byToken(signedIn))).toBe('cache')

    isFull = false
    await eventually(async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid')
  })

  it('holds nothing that says who is logged in', async () => {
    const fleet = await startFleet(world)
    const [a, b] = [fleet.process(), fleet.process()]
    const users = Array.from({ length: 5 }, (_, n) =>
      fleet.fake.signIn({ traits: { email: `person${String(n)}@example.com` } }),
    )
    for (const person of users) {
      await outcomeOf(a, byToken(person))
      await outcomeOf(b, byCookie(person))
      await a.invalidate({ identity: person.session.identity.id })
    }
    const dump = fleet.store.dump()
    const texts = Object.entries(dump).flatMap(([key, value]) => [key, ...[value].flat()])
    const decoded = texts.map((text) =>
      Buffer.from(text.split('.').at(-1) ?? '', 'base64').toString('latin1'),
    )
    expect(Object.keys(dump)).toHaveLength(11)
    for (const { token, cookie, session } of users) {
      const secrets = [token, cookie, session.id, session.identity.id]
      secrets.push(cookie.slice(cookie.indexOf('=') + 1))
      for (const secret of [
        ...secrets,
        String((session.identity.traits as { email?: string }).email),
      ]) {
        for (const text of [...texts, ...decoded]) expect(text).not.toContain(secret)
      }
    }
  })

  it('counts in stats() from the start, also without a store', () => {
    const zero = { hits: 0, misses: 0, lagMs: 0 }
    const ory = world.instance({ url: 'http://ory.example' })
    expect(ory.stats().store).toMatchObject(zero)
    expect(Object.values(ory.stats().store.faults)).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  it('shows in lagMs that the log was never read, as it does that it is read no more', async () => {
    const fleet = await startFleet(world)
    const store = altered(fleet.store, { since: () => Promise.reject(new Error('gone')) })
    const a = fleet.process({ store })
    expect(a.stats().store.lagMs).toBe(0)

    await outcomeOf(a, byToken(fleet.fake.signIn()))
    fleet.clock.advance(2_500)
    expect(a.stats().store.lagMs).toBe(2_500)
  })

  it('gets no session that is not whole past a reader', async () => {
    const fleet = await startFleet(world)
    const a = fleet.process()
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    // Another secret: nothing of it can be read, and nothing breaks.
    const b = fleet.process({ storeSecret: `${storeSecret}!` })
    expect(await outcomeOf(b, byToken(signedIn))).toBe('upstream')
    expect(buildSession().active).toBe(true)
  })
})

function logNameOf(dump: object): string {
  return Object.keys(dump).find((key) => key.includes('log:')) ?? ''
}
