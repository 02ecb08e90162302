import { describe, expect, it } from '@jest/globals'
import type { SessionStore } from '../../lib/index.js'
import { altered, eventually, outcomeOf, startFleet } from '../support/fleet.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()
const secret = new Error('SET eos1:key value')

/** A promise whose own `then` is out of order, as that of a client that patches promises can be. */
function patched(): Promise<never> {
  const promise = Promise.resolve() as Promise<never>
  promise.then = () => {
    throw secret
  }
  return promise
}

describe('an adapter that is out of order', () => {
  it.each<[string, Partial<SessionStore>]>([
    ['set', { set: patched }],
    ['delete', { delete: patched }],
    ['append', { append: patched }],
    ['since', { since: patched }],
  ])('passes on no error of a promise that throws when asked: %s', async (_method, change) => {
    const fleet = await startFleet(world)
    const ory = fleet.process({ store: altered(fleet.store, change) })
    const signedIn = fleet.fake.signIn()
    expect(await outcomeOf(ory, byToken(signedIn))).toBe('upstream')
    const code: unknown = await ory.invalidate({ request: { headers: byToken(signedIn) } }).then(
      () => 'store_unavailable',
      (thrown: unknown) => (thrown as { code?: unknown }).code,
    )
    expect(code).toBe('store_unavailable')
    expect(await outcomeOf(ory, byToken(signedIn))).toBe('upstream')
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 0],
    ['always true', true],
    ['always false', false],
    ['a promise', Promise.resolve(true)],
  ])('has no record believed where isAfter says %s', async (_name, answer) => {
    const fleet = await startFleet(world)
    const store = altered(fleet.store, { isAfter: () => answer as boolean })
    const [a, b] = [fleet.process(), fleet.process({ store })]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    const other = fleet.fake.signIn()
    await a.invalidate({ session: other.session.id })
    expect(await outcomeOf(b, byToken(signedIn))).toBe('upstream')
    expect(b.stats().store).toMatchObject({ hits: 0 })
    expect(b.stats().store.faults.malformed).toBeGreaterThan(0)
  })

  it('has no record believed where isAfter rejects, and the process lives', async () => {
    const fleet = await startFleet(world)
    const store = altered(fleet.store, {
      isAfter: (() => Promise.reject(secret)) as unknown as SessionStore['isAfter'],
    })
    const [a, b] = [fleet.process(), fleet.process({ store })]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await a.invalidate({ session: fleet.fake.signIn().session.id })
    expect(await outcomeOf(b, byToken(signedIn))).toBe('upstream')
    expect(b.stats().store.faults.malformed).toBeGreaterThan(0)
  })

  it.each<[string, (entries: [string, string][]) => unknown]>([
    ['twice the same', ([first]) => ({ entries: [first, first] })],
    ['the same again and again', ([first]) => ({ entries: [first] })],
    ['the younger first', (entries) => ({ entries: entries.toReversed() })],
    [
      'an id that is something else when it is read again',
      ([first]) => {
        let reads = 0
        const entry = ['', first![1]]
        Object.defineProperty(entry, 0, { get: () => (reads++ === 0 ? first![0] : 7) })
        return { entries: [entry, entry] }
      },
    ],
    [
      'a page that throws',
      () => ({
        get entries() {
          throw secret
        },
      }),
    ],
    [
      'a gap that throws',
      ([first]) => ({
        entries: [first],
        get isGap() {
          throw secret
        },
      }),
    ],
  ])('has no record believed where since shows %s', async (_name, page) => {
    const fleet = await startFleet(world)
    const a = fleet.process()
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await a.invalidate({ session: fleet.fake.signIn().session.id })
    const log = Object.keys(fleet.store.dump()).find((key) => key.includes('log:'))!
    const { entries } = await fleet.store.since(log)
    const store = altered(fleet.store, {
      since: () => Promise.resolve(page([...entries] as [string, string][]) as never),
    })
    const b = fleet.process({ store })
    await outcomeOf(b, byToken(fleet.fake.signIn()))
    await eventually(() => b.stats().store.faults.malformed > 0)
    await outcomeOf(b, byToken(fleet.fake.signIn()))
    // The first reading of a log that repeats itself is whole: only the next shows what it is.
    fleet.clock.advance(2_000)
    expect(await outcomeOf(b, byToken(signedIn))).toBe('upstream')
  })
})

describe('a log that does not show what it took', () => {
  it('has a process not believe what it has revoked itself, until the log shows it', async () => {
    const fleet = await startFleet(world)
    let hidden = Infinity
    let readings = 0
    // As by a replica that is behind.
    const store = altered(fleet.store, {
      delete: () => Promise.resolve(),
      since: async (log, cursor) => {
        readings += 1
        const page = await fleet.store.since(log, cursor)
        return { ...page, entries: page.entries.filter(([id]) => Number(id) <= hidden) }
      },
    })
    const [a, b] = [fleet.process({ store }), fleet.process()]
    const signedIn = fleet.fake.signIn()
    await outcomeOf(b, byToken(signedIn))
    expect(await outcomeOf(a, byToken(signedIn))).toBe('cache')
    fleet.fake.revoke(signedIn)
    hidden = 1

    await a.invalidate({ session: signedIn.session.id })
    const since = readings
    await eventually(() => readings > since + 5)
    expect(await outcomeOf(a, byToken(signedIn))).toBe('session_invalid')
    hidden = Infinity
    await eventually(() => a.stats().store.lagMs === 0)
    expect(await outcomeOf(a, byToken(signedIn))).toBe('session_invalid')
  })
})
