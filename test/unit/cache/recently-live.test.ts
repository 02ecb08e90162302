import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createRecentlyLive } from '../../../lib/cache/recently-live.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { clocks } from './entries.js'
import { createStage, settle, type Stage } from './stage.js'

const readiness = '/health/ready'
const refused = { kind: 'refused' } as const
const request = { headers: { 'x-session-token': 'ory_st_token' } }

/** As long as a known caller's 401 waits for others to turn 401 too. */
const corroborationMs = 250

let stage: Stage
beforeEach(() => {
  // `setTimeout` alone is moved by hand, and apart from the clock.
  jest.useFakeTimers({
    doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'],
  })
})
afterEach(async () => {
  await stage.end()
  jest.useRealTimers()
})

const open = (options: OrySessionOptions = {}): Stage =>
  (stage = createStage({
    readinessPath: readiness,
    refreshAhead: false,
    refusalTtlMs: 0,
    ...options,
  }))

/** How many calls a 401 takes to be believed: two of a credential that is recently live. */
async function callsUntilRefused(): Promise<number> {
  const before = stage.calls.length
  const { outcome } = await stage.ask()
  for (let time = 0; time < 3 && outcome() === undefined; time += 1) {
    await stage.answer(refused)
    jest.advanceTimersByTime(corroborationMs)
    await settle()
  }
  expect(outcome()).toBe('session_invalid')
  return stage.calls.length - before
}

describe('a recently live credential', () => {
  it.each<[string, Parameters<Stage['answer']>[0], number, number]>([
    ['just past its TTL', {}, 10_000, 2],
    ['for a minute after', {}, 69_999, 2],
    ['no longer', {}, 70_000, 1],
    ['that was not to be kept', { cacheFor: '0' }, 1, 2],
    ['that was not to be kept, for as long', { cacheFor: '0' }, 69_999, 2],
    ['that was not to be kept, no longer', { cacheFor: '0' }, 70_000, 1],
  ])('is asked about once more before a 401 is believed: %s', async (_title, script, ms, calls) => {
    const { exchange, clock } = open()
    await exchange('token', script)
    clock.advance(ms)
    expect(await callsUntilRefused()).toBe(calls)
  })

  it.each([
    ['once', 1, {}],
    ['again and again', 3, {}],
    ['again and again, where it was not to be kept', 3, { cacheFor: '0' }],
  ])(
    'is one still that Ory has found short of a second factor since, %s',
    async (_title, times, script) => {
      const { exchange, clock } = open()
      await exchange('token', script)
      clock.advance(10_000)
      for (let time = 0; time < times; time += 1) await exchange('token', { kind: 'aal_too_low' })
      expect(await callsUntilRefused()).toBe(2)
    },
  )

  it.each([
    ['at once', 0, 2],
    ['while it would have been one in memory', 69_999, 2],
    ['but not where it would have been none', 70_000, 1],
  ])('is one still that was evicted, %s', async (_title, ms, calls) => {
    const { exchange, clock } = open({ cacheMaxSessions: 1 })
    await exchange()
    clock.advance(ms)
    await exchange('cookie')
    expect(await callsUntilRefused()).toBe(calls)
  })

  it('is none that nobody has seen', async () => {
    open()
    expect(await callsUntilRefused()).toBe(1)
  })

  it.each([
    ['was kept', {}],
    ['was not to be kept', { cacheFor: '0' }],
  ])('is none after a refusal, where it %s', async (_title, script) => {
    const { exchange, clock } = open()
    await exchange('token', script)
    clock.advance(10_000)
    expect(await callsUntilRefused()).toBe(2)
    expect(await callsUntilRefused()).toBe(1)
  })

  it.each([
    ['session', { session: 's0' }, {}],
    ['identity', { identity: 'i0' }, {}],
    ['request', { request }, {}],
    ['session, not kept', { session: 's0' }, { cacheFor: '0' }],
    ['identity, not kept', { identity: 'i0' }, { cacheFor: '0' }],
    ['request, not kept', { request }, { cacheFor: '0' }],
  ])('is none once it was invalidated by its %s', async (_title, target, script) => {
    const { exchange, ory } = open()
    await exchange('token', script)
    await ory.invalidate(target)
    expect(await callsUntilRefused()).toBe(1)
  })

  it('still is one where another was invalidated', async () => {
    const { exchange, ory, clock } = open()
    await exchange('token', { cacheFor: '0' })
    await exchange('cookie', {})
    await ory.invalidate({ session: 's1' })
    await ory.invalidate({ identity: 'i1' })
    clock.advance(1)
    expect(await callsUntilRefused()).toBe(2)
  })
})

describe('createRecentlyLive', () => {
  function fill(max = 4) {
    const { clock, cacheClock } = clocks()
    const dropped: string[] = []
    const notes = createRecentlyLive({
      ...{ max, share: 3, forMs: 1_000, clock: cacheClock },
      onDropped: (key) => dropped.push(key),
    })
    const add = (key: string, identityId = key, weight = 1) =>
      notes.add({ key, identityId, sessionId: `s${key}`, weight }, cacheClock.read())
    const found = (keys: string) => [...keys].filter((key) => notes.find(key)).join('')
    return { clock, cacheClock, dropped, notes, add, found }
  }

  it('keeps the last `max` notes, and tells which are gone', () => {
    const { add, found, dropped } = fill()
    for (const key of 'abcdef') add(key)
    expect([found('abcdef'), dropped]).toEqual(['cdef', ['a', 'b']])
  })

  it('keeps a share of one identity, the newest of it', () => {
    const { add, found, dropped } = fill(10)
    add('other')
    for (const key of 'abcd') add(key, 'i')
    add('b', 'i')
    add('e', 'i')
    expect([found('abcde'), dropped]).toEqual(['bde', ['a', 'c']])
  })

  it('lets the same credential count anew, with when it was last forced', () => {
    const { add, clock, found, notes, dropped } = fill()
    add('a').forcedAt = 7
    clock.advance(600)
    expect(add('a')).toBe(notes.find('a'))
    clock.advance(600)
    expect(notes.find('a')).toMatchObject({ forcedAt: 7, now: 600, monotonic: 600 })
    expect([add('a', 'j').forcedAt, dropped]).toEqual([7, ['a']])
    clock.advance(1_000)
    expect(found('a')).toBe('')
  })

  it('renews a note only while it counts', () => {
    const { add, clock, cacheClock, found, notes } = fill()
    add('a')
    clock.advance(999)
    notes.renew('a', cacheClock.read())
    clock.advance(999)
    expect(found('a')).toBe('a')
    clock.advance(1)
    notes.renew('a', cacheClock.read())
    expect(found('a')).toBe('')
  })
})
