import { afterEach, describe, expect, it } from '@jest/globals'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { createExchange } from '../support/exchange.js'
import type { Who } from './model/world.js'
import { createStage, settle, type Stage } from './stage.js'
import { counted } from '../../support/counted.js'

let stage: Stage
afterEach(() => stage.end())

const open = (options: OrySessionOptions = {}): Stage => (stage = createStage(options))

describe('how long a session is believed', () => {
  it('serves it without a call until its TTL', async () => {
    const { exchange, clock, calls } = open({ refreshAhead: false })
    expect(await exchange()).toBe('upstream 0')
    for (const ms of [0, 1, 5_000, 4_998]) {
      clock.advance(ms)
      expect(await exchange()).toBe('cache 0')
    }
    clock.advance(1)
    expect(await exchange()).toBe('upstream 1')
    expect(calls).toHaveLength(2)
  })

  it('is not prolonged by being used', async () => {
    const { exchange, clock } = open({ refreshAhead: false })
    await exchange()
    const outcomes = []
    for (let second = 1; second <= 11; second += 1) {
      clock.advance(1_000)
      outcomes.push(await exchange())
    }
    expect(outcomes).toEqual([...Array<string>(9).fill('cache 0'), 'upstream 1', 'cache 1'])
  })

  it('counts from the start of the call', async () => {
    const { ask, answer, exchange, clock } = open({ refreshAhead: false })
    const slow = await ask()
    clock.advance(9_999)
    await answer()
    expect(slow.outcome()).toBe('upstream 0')
    expect(await exchange()).toBe('cache 0')
    clock.advance(1)
    expect(await exchange()).toBe('upstream 1')
  })

  it.each<[string, (stage: Stage) => void, string]>([
    [
      'a suspend, in which the monotonic clock stands still',
      ({ clock }) => clock.shiftWall(10_000),
      'upstream 1',
    ],
    [
      'a wall clock that is set back',
      ({ clock }) => {
        clock.shiftWall(-60_000)
        clock.shiftMonotonic(10_000)
      },
      'upstream 1',
    ],
    ['a wall clock that stands still', ({ clock }) => clock.shiftMonotonic(10_000), 'upstream 1'],
    [
      'a wall clock that is set back a moment later',
      ({ clock }) => clock.shiftWall(-60_000),
      'cache 0',
    ],
    ['neither', () => undefined, 'cache 0'],
  ])('is not prolonged by %s', async (_title, pass, outcome) => {
    const { exchange } = open({ refreshAhead: false })
    await exchange()
    pass(stage)
    expect(await exchange()).toBe(outcome)
  })

  it.each<[string, Record<string, unknown>, number]>([
    ['the TTL', {}, 10_000],
    ['its expiry, where that is sooner', { expiresInMs: 4_000 }, 4_000],
    ['what Ory allows, where that is shorter', { cacheFor: '3' }, 3_000],
    ['the TTL, where Ory allows more', { cacheFor: '3600' }, 10_000],
    ['the least of all', { cacheFor: '3', expiresInMs: 2_000 }, 2_000],
  ])('is %s', async (_title, script, ms) => {
    const { exchange, clock } = open({ refreshAhead: false })
    // However long the instance has been there.
    clock.advance(86_400_000)
    await exchange('token', script)
    clock.advance(ms - 1)
    expect(await exchange()).toBe('cache 0')
    clock.advance(1)
    expect(await exchange()).toBe('upstream 1')
  })

  it.each<[string, Record<string, unknown>]>([
    ['Ory allows nothing', { cacheFor: '0' }],
    ['what Ory allows can’t be read', { cacheFor: 'a while' }],
    ['what Ory allows is no whole number', { cacheFor: '1.5' }],
    ['what Ory allows is negative', { cacheFor: '-1' }],
  ])('is no time at all where %s', async (_title, script) => {
    const { exchange } = open()
    expect(await exchange('token', script)).toBe('upstream 0')
    expect(await exchange('token', script)).toBe('upstream 1')
  })

  it.each([0, -1, -60_000])('denies a session that expires %d ms after it came', async (ms) => {
    const { exchange } = open()
    expect(await exchange('token', { expiresInMs: ms })).toBe('session_invalid')
    expect(await exchange('token', { expiresInMs: 3_600_000 })).toBe('upstream 1')
  })

  it('is no time at all with cacheTtlMs 0, and calls are still shared', async () => {
    const { exchange, ask, answer, clock, calls } = open({ cacheTtlMs: 0 })
    expect(await exchange()).toBe('upstream 0')
    clock.shiftWall(-1)
    expect(await exchange()).toBe('upstream 1')
    const all = await Promise.all([ask(), ask(), ask()])
    await answer()
    expect(all.map(({ outcome }) => outcome())).toEqual(Array(3).fill('upstream 2'))
    expect(calls).toHaveLength(3)
  })
})

describe('how long a refusal is remembered', () => {
  it('is refusalTtlMs from the start of the call, by either clock', async () => {
    const { exchange, clock, calls } = open()
    expect(await exchange('token', { kind: 'refused' })).toBe('session_invalid')
    clock.shiftWall(1_999)
    expect(await exchange()).toBe('session_invalid')
    expect(calls).toHaveLength(1)
    clock.shiftMonotonic(2_000)
    expect(await exchange()).toBe('upstream 1')
  })

  it('is no time at all with refusalTtlMs 0', async () => {
    const { exchange } = open({ refusalTtlMs: 0 })
    expect(await exchange('token', { kind: 'refused' })).toBe('session_invalid')
    expect(await exchange()).toBe('upstream 1')
  })

  it('ends what was known of the session', async () => {
    const { exchange, clock } = open()
    await exchange()
    expect(await exchange('token', { kind: 'refused' }, { fresh: true })).toBe('session_invalid')
    expect(await exchange()).toBe('session_invalid')
    clock.advance(2_000)
    expect(await exchange()).toBe('upstream 2')
  })

  it('ends when a session is live after all', async () => {
    const { exchange } = open()
    await exchange('token', { kind: 'refused' })
    expect(await exchange('token', {}, { fresh: true })).toBe('upstream 1')
    expect(await exchange()).toBe('cache 1')
  })

  it.each(['aal_too_low', 'fault'] as const)(
    'is no matter of %s, which is never kept',
    async (kind) => {
      const { exchange, calls } = open()
      const script = kind === 'fault' ? { kind, how: 500 as const } : { kind }
      await exchange('token', script)
      expect(await exchange('token', script)).toMatch(
        /session_aal2_required|authentication_unavailable/,
      )
      expect(calls).toHaveLength(2)
    },
  )
})

describe('one call at a time', () => {
  it('serves all who wait, and each credential has its own', async () => {
    const { ask, answer, calls, ory } = open()
    const waiting = await Promise.all([ask(), ask(), ask('otherPerson'), ask(), ask('cookie')])
    expect(calls.map(({ who }) => who)).toEqual(['token', 'otherPerson', 'cookie'])
    expect(ory.stats()).toMatchObject({ inFlight: 3, misses: 5, coalesced: 2 })
    for (const { who } of calls) await answer({ aal: who === 'cookie' ? 'aal2' : 'aal1' })
    expect(waiting.map(({ outcome }) => outcome())).toEqual([
      'upstream 0',
      'upstream 0',
      'upstream 1',
      'upstream 0',
      'upstream 2',
    ])
    expect(ory.stats()).toMatchObject({ inFlight: 0, entries: 3 })
  })

  it.each<[string, Parameters<Stage['answer']>[0], string]>([
    ['a refusal', { kind: 'refused' }, 'session_invalid'],
    ['a level that is too low for Ory', { kind: 'aal_too_low' }, 'session_aal2_required'],
    ['a fault', { kind: 'fault', how: 'reset' }, 'authentication_unavailable'],
  ])('tells all who wait of %s', async (_title, script, code) => {
    const { ask, answer, calls } = open()
    const waiting = await Promise.all([ask(), ask()])
    await answer(script)
    expect(waiting.map(({ outcome }) => outcome())).toEqual([code, code])
    expect(calls).toHaveLength(1)
  })

  it('begins anew after a fault', async () => {
    const { exchange } = open()
    await exchange('token', { kind: 'fault', how: 500 })
    expect(await exchange()).toBe('upstream 1')
  })

  it('makes a fresh question wait for the call before it, and then share the next', async () => {
    const { ask, answer, calls } = open()
    const usual = await ask()
    const fresh = await Promise.all([ask('token', { fresh: true }), ask('token', { fresh: true })])
    expect(calls).toHaveLength(1)
    await answer()
    expect(usual.outcome()).toBe('upstream 0')
    expect(fresh.map(({ outcome }) => outcome())).toEqual([undefined, undefined])
    expect(calls.map(({ isForced }) => isForced)).toEqual([false, true])
    await answer()
    expect(fresh.map(({ outcome }) => outcome())).toEqual(['upstream 1', 'upstream 1'])
  })

  it('makes a fresh question wait for a fresh one that began before it', async () => {
    const { ask, answer, calls } = open()
    const first = await ask('token', { fresh: true })
    const second = await ask('token', { fresh: true })
    expect(calls).toHaveLength(1)
    await answer()
    expect([first.outcome(), second.outcome()]).toEqual(['upstream 0', undefined])
    expect(calls).toHaveLength(2)
    await answer()
    expect(second.outcome()).toBe('upstream 1')
  })

  it('gives a renewed cookie to who caused the call, and to none who shares it', async () => {
    const { ask, answer } = open()
    const waiting = [await ask('cookie'), await ask('cookie')]
    await answer({ renewsCookie: true })
    expect(waiting.map(({ decision }) => decision()?.setCookie)).toEqual([
      [expect.stringContaining('renewed-0')],
      [],
    ])
  })

  it('lets a usual question share a fresh one, and keeps what that brings', async () => {
    const { ask, answer, exchange } = open()
    const fresh = await ask('token', { fresh: true })
    const usual = await ask()
    await answer()
    expect([fresh.outcome(), usual.outcome()]).toEqual(['upstream 0', 'upstream 0'])
    expect(await exchange()).toBe('cache 0')
  })

  it('goes on past a fault of the call that a fresh question waited for', async () => {
    const { ask, answer } = open()
    const usual = await ask()
    const fresh = await ask('token', { fresh: true })
    await answer({ kind: 'fault', how: 500 })
    await answer()
    expect([usual.outcome(), fresh.outcome()]).toEqual(['authentication_unavailable', 'upstream 1'])
  })

  it('hands on what a hook throws to all who wait', async () => {
    const thrown = new Error('a bug in the schema')
    const validate = () => {
      throw thrown
    }
    const { ory, answer } = open({
      traitsSchema: { '~standard': { version: 1, vendor: 'test', validate } },
    })
    const request = { headers: { 'x-session-token': 'ory_st_token' } }
    const all = Promise.allSettled([ory.authenticate(request), ory.authenticate(request)])
    await settle()
    await answer()
    expect(await all).toEqual(Array(2).fill({ status: 'rejected', reason: thrown }))
    const { inFlight, upstream } = ory.stats()
    expect([inFlight, counted(upstream)]).toEqual([0, {}])
  })
})

describe('a refresh ahead of time', () => {
  it('begins once, in the background, and never serves past the TTL', async () => {
    const { exchange, ask, answer, clock, calls, ory } = open()
    await exchange()
    clock.advance(7_999)
    expect((await ask()).outcome()).toBe('cache 0')
    expect(calls).toHaveLength(1)
    clock.advance(1)
    expect((await ask()).outcome()).toBe('cache 0')
    expect((await ask()).outcome()).toBe('cache 0')
    expect(calls).toHaveLength(2)
    expect(calls[1]?.isForced).toBe(false)
    clock.advance(2_000)
    const late = await ask()
    expect(late.outcome()).toBeUndefined()
    expect(calls).toHaveLength(2)
    await answer()
    expect(late.outcome()).toBe('upstream 1')
    expect(ory.stats()).toMatchObject({ refreshes: 1 })
  })

  it('does not begin beside a fresh question that is under way', async () => {
    const { exchange, ask, answer, clock, calls, ory } = open()
    await exchange()
    clock.advance(8_000)
    const fresh = await ask('token', { fresh: true })
    expect((await ask()).outcome()).toBe('cache 0')
    expect(calls).toHaveLength(2)
    await answer()
    expect(fresh.outcome()).toBe('upstream 1')
    expect(ory.stats().refreshes).toBe(0)
  })

  it('brings the next session, and its time counts from then', async () => {
    const { exchange, ask, answer, clock } = open()
    await exchange()
    clock.advance(8_000)
    await ask()
    await answer()
    expect((await ask()).outcome()).toBe('cache 1')
    clock.advance(7_999)
    expect((await ask()).outcome()).toBe('cache 1')
  })

  it('is tried once, and a fault of it is nobody’s', async () => {
    const { exchange, ask, answer, clock, calls } = open()
    await exchange()
    clock.advance(8_000)
    await ask()
    await answer({ kind: 'fault', how: 500 })
    expect((await ask()).outcome()).toBe('cache 0')
    expect(calls).toHaveLength(2)
    clock.advance(2_000)
    expect((await exchange()) ?? '').toBe('upstream 2')
  })

  it('ends a session that it finds refused', async () => {
    const { exchange, ask, answer, clock } = open()
    await exchange()
    clock.advance(8_000)
    await ask()
    await answer({ kind: 'refused' })
    expect((await ask()).outcome()).toBe('session_invalid')
  })

  it('that meets a renewed cookie lets the next request ask for it', async () => {
    const { exchange, ask, answer, clock, ory } = open()
    await exchange('cookie')
    clock.advance(8_000)
    const before = await ask('cookie')
    await answer({ renewsCookie: true })
    expect(before.decision()).toMatchObject({ servedFrom: 'cache', setCookie: [] })
    expect(ory.stats().entries).toBe(0)
    const next = await ask('cookie')
    await answer({ renewsCookie: true })
    expect(next.decision()).toMatchObject({ servedFrom: 'upstream' })
    expect(next.decision()?.setCookie).toEqual([expect.stringContaining('renewed-2')])
    expect((await ask('cookie')).decision()).toMatchObject({ servedFrom: 'cache', setCookie: [] })
  })

  it('has no use for a cookie beside a token', async () => {
    const { exchange, ask, answer, clock } = open()
    await exchange('token', { renewsCookie: true })
    clock.advance(8_000)
    await ask()
    await answer({ renewsCookie: true })
    expect((await ask()).decision()).toMatchObject({ servedFrom: 'cache', setCookie: [] })
  })
})

describe('a second look before a denial', () => {
  const policy = { aal: 'aal2' } as const

  it('goes past every cache, once a second', async () => {
    const { exchange, ask, clock, calls } = open()
    await exchange()
    expect(await exchange('token', {}, policy)).toBe('session_aal2_required')
    expect(calls.map(({ isForced }) => isForced)).toEqual([false, true])
    clock.advance(999)
    expect((await ask('token', policy)).outcome()).toBe('session_aal2_required')
    expect(calls).toHaveLength(2)
    clock.advance(1)
    expect(await exchange('token', { aal: 'aal2' }, policy)).toBe('upstream 2')
    expect((await ask('token', policy)).outcome()).toBe('cache 2')
  })

  it('is shared', async () => {
    const { exchange, ask, answer, calls } = open()
    await exchange()
    const all = [await ask('token', policy), await ask('token', policy)]
    expect(calls).toHaveLength(2)
    await answer({ aal: 'aal2' })
    expect(all.map(({ outcome }) => outcome())).toEqual(['upstream 1', 'upstream 1'])
  })

  it('waits for a refresh that is under way, and then asks', async () => {
    const { exchange, ask, answer, clock, calls } = open()
    await exchange()
    clock.advance(8_000)
    await ask()
    const second = await ask('token', policy)
    await answer()
    expect(second.outcome()).toBeUndefined()
    expect(calls.map(({ isForced }) => isForced)).toEqual([false, false, true])
    await answer({ aal: 'aal2' })
    expect(second.outcome()).toBe('upstream 2')
  })

  it('is not taken again within the second, though the session was not kept then', async () => {
    const { exchange, ask, calls, clock } = open()
    clock.advance(86_400_000)
    await exchange('token', { cacheFor: '0' }, { fresh: true })
    clock.advance(100)
    await exchange('token')
    clock.advance(100)
    expect((await ask('token', policy)).outcome()).toBe('session_aal2_required')
    expect(calls).toHaveLength(2)
  })

  it('is taken of a session that a refresh had let go of for its renewed cookie', async () => {
    const { exchange, ask, answer, calls, clock } = open()
    await exchange('cookie')
    clock.advance(8_000)
    await ask('cookie')
    await answer({ renewsCookie: true })
    expect(await exchange('cookie')).toBe('upstream 2')
    expect((await ask('cookie', policy)).outcome()).toBeUndefined()
    expect(calls.at(-1)?.isForced).toBe(true)
  })

  it('is not taken again within the second, though Ory called the level too low since', async () => {
    const { exchange, ask, calls } = open()
    await exchange()
    await exchange('token', {}, policy)
    await exchange('token', { kind: 'aal_too_low' }, { fresh: true })
    await exchange()
    expect((await ask('token', policy)).outcome()).toBe('session_aal2_required')
    expect(calls).toHaveLength(4)
  })

  it('is not taken again within the second, though a refresh let go of the session since', async () => {
    const { exchange, ask, answer, clock, calls } = open()
    await exchange('cookie')
    clock.advance(8_000)
    await ask('cookie')
    const denied = await ask('cookie', policy)
    await answer({ renewsCookie: true })
    await answer({ kind: 'fault', how: 500 })
    expect(denied.outcome()).toBe('authentication_unavailable')
    await exchange('cookie')
    expect((await ask('cookie', policy)).outcome()).toBe('session_aal2_required')
    expect(calls.map(({ isForced }) => isForced)).toEqual([false, false, true, false])
  })

  it('is not taken of what has just come', async () => {
    const { exchange, calls } = open()
    expect(await exchange('token', {}, policy)).toBe('session_aal2_required')
    expect(calls).toHaveLength(1)
  })

  it('is not taken again within the second where it failed', async () => {
    const { exchange, ask, calls, clock } = open()
    await exchange()
    await exchange('token', { kind: 'fault', how: 500 }, policy)
    clock.advance(999)
    expect((await ask('token', policy)).outcome()).toBe('session_aal2_required')
    expect(calls).toHaveLength(2)
    clock.advance(1)
    expect((await ask('token', policy)).outcome()).toBeUndefined()
  })

  it('answers 503 where Ory does not answer, since the level may have changed', async () => {
    const { exchange } = open({ staleIfErrorMs: 60_000 })
    await exchange()
    const outcome = await exchange('token', { kind: 'fault', how: 500 }, policy)
    expect(outcome).toBe('authentication_unavailable')
    expect(await exchange()).toBe('cache 0')
  })
})

describe('the grace in an outage', () => {
  const fault = { kind: 'fault', how: 500 } as const
  const options = { staleIfErrorMs: 5_000, refreshAhead: false } as const

  it.each<[string, number, string]>([
    ['begins with the TTL', 10_000, 'stale 0'],
    ['lasts staleIfErrorMs', 14_999, 'stale 0'],
    ['ends', 15_000, 'authentication_unavailable'],
  ])('%s', async (_title, ms, outcome) => {
    const { exchange, clock } = open(options)
    await exchange()
    clock.advance(ms)
    expect(await exchange('token', fault)).toBe(outcome)
  })

  it('is none where nobody asked for it', async () => {
    const { exchange, clock } = open({ refreshAhead: false })
    await exchange()
    clock.advance(10_000)
    expect(await exchange('token', fault)).toBe('authentication_unavailable')
  })

  it('is none for who was never seen', async () => {
    const { exchange } = open(options)
    expect(await exchange('token', fault)).toBe('authentication_unavailable')
  })

  it('is none once the session has expired, by either clock', async () => {
    const { exchange, clock } = open(options)
    clock.advance(86_400_000)
    await exchange('token', { expiresInMs: 12_000 })
    clock.shiftMonotonic(12_000)
    expect(await exchange('token', fault)).toBe('authentication_unavailable')
  })

  it.each([{ aal: 'aal1' }, { maxAgeMs: 1e9 }, { fresh: true }] as const)(
    'is none with %j',
    async (policy) => {
      const { exchange, clock } = open(options)
      await exchange()
      clock.advance(10_000)
      expect(await exchange('token', fault, policy)).toBe('authentication_unavailable')
    },
  )

  it.each<[string, Parameters<Stage['answer']>[0]]>([
    ['a refusal', { kind: 'refused' }],
    ['a level that is too low for Ory', { kind: 'aal_too_low' }],
  ])('is none after %s', async (_title, script) => {
    const { exchange, clock } = open({ ...options, refusalTtlMs: 0 })
    await exchange()
    clock.advance(10_000)
    await exchange('token', script)
    expect(await exchange('token', fault)).toBe('authentication_unavailable')
  })

  it('is none after an invalidate', async () => {
    const { exchange, clock, ory } = open(options)
    await exchange()
    clock.advance(10_000)
    expect(await ory.invalidate({ session: 's0' })).toBe(1)
    expect(await exchange('token', fault)).toBe('authentication_unavailable')
  })
})

describe('invalidate', () => {
  const all: Who[] = ['token', 'cookie', 'otherSession', 'otherPerson']
  const request = { headers: { 'x-session-token': 'ory_st_token' } }

  it.each([
    [{ session: 's0' }, ['token', 'cookie']],
    [{ session: 's1' }, ['otherSession']],
    [{ identity: 'i0' }, ['token', 'cookie', 'otherSession']],
    [{ identity: 'i1' }, ['otherPerson']],
    [{ request }, ['token']],
    [{ request: { headers: new Headers(request.headers) } }, ['token']],
    [{ session: 'nobody' }, []],
    [{ request: { headers: {} } }, []],
    [{ request: { headers: { 'x-session-token': 'ory st' } } }, []],
  ])('forgets by %j at once, and says how many went', async (target, gone) => {
    const { exchange, ask, ory } = open()
    for (const who of all) await exchange(who)
    expect(await ory.invalidate(target)).toBe(gone.length)
    const left = []
    for (const who of all) if ((await ask(who)).outcome() === undefined) left.push(who)
    expect(left).toEqual(gone)
  })

  it('finds nothing of a session that was not to be kept', async () => {
    const { exchange, ory } = open()
    await exchange('token', { cacheFor: '0' })
    expect(await ory.invalidate({ session: 's0' })).toBe(0)
    await exchange('token', { cacheFor: '0' })
    expect(await ory.invalidate({ identity: 'i0' })).toBe(0)
    expect(ory.stats().entries).toBe(0)
  })

  it('forgets a refusal with the request that had it', async () => {
    const { exchange, ory } = open()
    await exchange('token', { kind: 'refused' })
    expect(await ory.invalidate({ request })).toBe(1)
    expect(await exchange()).toBe('upstream 1')
  })

  it.each([{ session: 's0' }, { identity: 'i0' }, { request }])(
    'keeps an answer under way from bringing it back, by %j',
    async (target) => {
      const { exchange, ask, answer, ory, calls } = open()
      const waiting = await Promise.all([ask(), ask()])
      await ory.invalidate(target)
      await answer()
      expect(waiting.map(({ outcome }) => outcome())).toEqual([undefined, undefined])
      // All who waited share the call that began after it.
      expect(calls).toHaveLength(2)
      await answer({ kind: 'refused' })
      expect(waiting.map(({ outcome }) => outcome())).toEqual(Array(2).fill('session_invalid'))
      expect(await exchange()).toBe('session_invalid')
    },
  )

  it.each([
    { session: 's2' },
    { identity: 'i1' },
    { request: { headers: { 'x-session-token': 'ory_st_otherPerson' } } },
  ])('leaves the answers of others under way, by %j', async (target) => {
    const { ask, answer, ory, exchange } = open()
    const waiting = await ask()
    await ory.invalidate(target)
    await answer()
    expect(waiting.outcome()).toBe('upstream 0')
    expect(await exchange()).toBe('cache 0')
  })

  it('keeps an answer under way from bringing it back, even if others are forgotten', async () => {
    const { ask, answer, ory } = open()
    const waiting = await ask()
    for (const session of ['other', 's0', 'another']) await ory.invalidate({ session })
    await answer()
    expect(waiting.outcome()).toBeUndefined()
    await answer({ kind: 'refused' })
    expect(waiting.outcome()).toBe('session_invalid')
  })

  it('takes a refusal under way, which brings nothing back', async () => {
    const { ask, answer, ory } = open()
    const waiting = await ask()
    await ory.invalidate({ session: 's0' })
    await answer({ kind: 'refused' })
    expect(waiting.outcome()).toBe('session_invalid')
  })

  it('is a 503 where one overtakes the other for good', async () => {
    const { ask, answer, ory, calls } = open()
    const waiting = await ask()
    for (let time = 0; time < 3; time += 1) {
      await ory.invalidate({ session: 's0' })
      await answer()
    }
    expect(waiting.outcome()).toBe('authentication_unavailable')
    expect(waiting.decision()?.error?.cause).toMatchObject({ reason: 'invalidated' })
    expect(calls).toHaveLength(3)
  })

  it.each([
    null,
    undefined,
    's0',
    {},
    { user: 'a' },
    { session: '' },
    { session: 1 },
    { identity: undefined },
    { session: 's0', identity: 'i0' },
  ])('is a TypeError for %j, lest it seem to have forgotten something', async (target) => {
    const { ory } = open()
    await expect(ory.invalidate(target as never)).rejects.toThrow(TypeError)
  })
})

describe('a logout', () => {
  async function logOut(): Promise<number> {
    const { request, response } = createExchange({
      method: 'POST',
      headers: { 'x-session-token': 'ory_st_token' },
    })
    stage.ory.logout()(request, response, () => undefined)
    await settle()
    return response.statusCode
  }

  it('forgets the session by all of its credentials, and refuses it for a minute', async () => {
    const { exchange, ask, calls, clock } = open()
    for (const who of ['token', 'cookie', 'otherSession'] as const) await exchange(who)
    expect(await logOut()).toBe(204)
    expect((await ask('token')).outcome()).toBe('session_invalid')
    const cookie = await ask('cookie')
    expect(cookie.outcome()).toBeUndefined()
    expect((await ask('otherSession')).outcome()).toBe('cache 2')
    expect(calls).toHaveLength(4)
    clock.advance(59_999)
    expect((await ask('token')).outcome()).toBe('session_invalid')
    clock.advance(1)
    expect((await ask('token')).outcome()).toBeUndefined()
  })

  it('is believed for a minute, whatever Ory still says of the session', async () => {
    const { exchange, clock } = open()
    await exchange('token')
    await logOut()
    // Asked twice, since what Ory says must not be kept either.
    for (const _time of [1, 2]) {
      expect(await exchange('token', {}, { fresh: true })).toBe('session_invalid')
      expect(await exchange('token')).toBe('session_invalid')
      expect(await exchange('cookie')).toBe('session_invalid')
    }
    expect(await exchange('otherSession')).toBe('upstream 5')
    clock.advance(60_000)
    expect(await exchange('cookie')).toBe('upstream 6')
  })

  it('of who was never seen refuses the credential all the same', async () => {
    const { ask, exchange, calls } = open()
    await logOut()
    expect((await ask('token')).outcome()).toBe('session_invalid')
    expect(calls).toHaveLength(0)
    expect(await exchange('token', {}, { fresh: true })).toBe('session_invalid')
    expect((await ask('token')).outcome()).toBe('session_invalid')
  })

  it('is not undone by an answer under way', async () => {
    const { ask, answer } = open()
    const waiting = [await ask('token'), await ask('token')]
    await logOut()
    await answer()
    expect(waiting.map(({ outcome }) => outcome())).toEqual([undefined, undefined])
    expect((await ask('token')).outcome()).toBe('session_invalid')
  })
})

describe('the bounds', () => {
  it('keep cacheMaxSessions sessions, those that were used last', async () => {
    const { exchange, ask, ory } = open({ cacheMaxSessions: 2 })
    await exchange('token')
    await exchange('cookie')
    await ask('token')
    await exchange('otherPerson')
    expect(ory.stats().entries).toBe(2)
    expect((await ask('token')).outcome()).toBe('cache 0')
    expect((await ask('otherPerson')).outcome()).toBe('cache 2')
    expect((await ask('cookie')).outcome()).toBeUndefined()
  })

  it('keep cacheMaxBytes of sessions, and none that is larger', async () => {
    const { exchange, ory } = open()
    await exchange()
    const { bytes } = ory.stats()
    expect(bytes).toBeGreaterThan(1_000)
    await stage.end()

    const tight = open({ cacheMaxBytes: bytes * 2 })
    for (const who of ['token', 'otherSession', 'otherPerson'] as const) await tight.exchange(who)
    expect(tight.ory.stats()).toMatchObject({ entries: 2 })
    expect(tight.ory.stats().bytes).toBeLessThanOrEqual(bytes * 2)
    await stage.end()

    const tiny = open({ cacheMaxBytes: bytes - 1 })
    expect(await tiny.exchange()).toBe('upstream 0')
    expect(await tiny.exchange()).toBe('upstream 1')
    expect(tiny.ory.stats()).toMatchObject({ entries: 0, bytes: 0 })
  })

  it('keep refusals apart: made-up credentials drive no session out', async () => {
    const { exchange, ask, ory } = open({ cacheMaxSessions: 2 })
    await exchange('token')
    for (const who of ['cookie', 'otherSession', 'otherPerson'] as const) {
      await exchange(who, { kind: 'refused' })
    }
    expect(ory.stats().entries).toBe(1)
    expect((await ask('token')).outcome()).toBe('cache 0')
  })
})

describe('stats', () => {
  it('count what happened', async () => {
    const { exchange, ory } = open()
    await exchange()
    await exchange()
    await exchange('cookie', { kind: 'refused' })
    await exchange('cookie')
    await exchange('otherSession', { kind: 'aal_too_low' })
    await exchange('otherPerson', { kind: 'fault', how: 429 })
    await ory.authenticate({ headers: {} })
    const { denials, upstream, store, ...stats } = ory.stats()
    expect(counted({ ...store, ...store.faults, faults: 0 })).toEqual({})
    expect({ ...stats, denials: counted(denials), upstream: counted(upstream) }).toEqual({
      hits: 2,
      misses: 4,
      coalesced: 0,
      refreshes: 0,
      refusals: 1,
      stale: 0,
      denials: {
        session_missing: 1,
        session_invalid: 2,
        session_aal2_required: 1,
        authentication_unavailable: 1,
      },
      upstream: { live: 1, refused: 1, rate_limited: 1, aal_too_low: 1 },
      entries: 1,
      bytes: expect.any(Number),
      inFlight: 0,
      breaker: { known: 'closed', unknown: 'closed' },
    })
  })

  it('are a copy', async () => {
    const { exchange, ory } = open()
    await exchange()
    const stats = ory.stats()
    Object.assign(stats.upstream, { live: 99 })
    expect(counted(ory.stats().upstream)).toEqual({ live: 1 })
  })
})

describe('close', () => {
  it('waits for what is under way, and what that leads to', async () => {
    const { ask, answer, ory } = open()
    const usual = await ask()
    const fresh = await ask('token', { fresh: true })
    let isClosed = false
    const closed = ory.close().then(() => (isClosed = true))
    await answer()
    expect([usual.outcome(), fresh.outcome(), isClosed]).toEqual(['upstream 0', undefined, false])
    await answer()
    await closed
    expect(fresh.outcome()).toBe('upstream 1')
  })

  it('waits for a refresh in the background too, for which nobody waits', async () => {
    const { exchange, ask, answer, clock, ory } = open()
    await exchange()
    clock.advance(8_000)
    await ask()
    let isClosed = false
    const closed = ory.close().then(() => (isClosed = true))
    await settle()
    expect(isClosed).toBe(false)
    await answer()
    await closed
    expect(ory.stats()).toMatchObject({ entries: 0, inFlight: 0 })
  })

  it('denies what comes later, known or not, and forgets everything', async () => {
    const { exchange, ory, calls } = open()
    await exchange()
    const closed = ory.close()
    expect(await exchange()).toBe('authentication_unavailable')
    await closed
    expect(await exchange()).toBe('authentication_unavailable')
    expect(ory.stats()).toMatchObject({ entries: 0, bytes: 0, inFlight: 0 })
    expect(calls).toHaveLength(1)
  })

  it('can be called again', async () => {
    const { ory } = open()
    await Promise.all([ory.close(), ory.close()])
    await expect(ory.close()).resolves.toBeUndefined()
  })
})
