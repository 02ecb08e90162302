import { describe, expect, it } from '@jest/globals'
import { createHandClock } from '../support/hand-clock.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()
const [second, minute, hour, year] = [1_000, 60_000, 3_600_000, 365 * 24 * 3_600_000]
const options = { cacheTtlMs: 2 * minute, staleIfErrorMs: hour, refreshAhead: false } as const

/** An application whose wall clock is ahead of that of Ory, or, by less than nothing, behind it. */
async function start(aheadMs: number, policy: { maxAgeMs?: number } = {}) {
  const oryClock = createHandClock()
  const scene = await world.start({ options, policy, fakeOptions: { clock: oryClock } })
  scene.clock.setWall(aheadMs)
  const advance = (ms: number): void => {
    oryClock.advance(ms)
    scene.clock.advance(ms)
  }
  const statusOf = async (headers: Parameters<typeof scene.get>[0]): Promise<number> =>
    (await scene.get(headers)).status
  /** Ory's own answers from here on, but with these headers. */
  const answerWith = (headers: Record<string, string | readonly string[]>): void => {
    scene.fake.fault((right) => ({ ...right, headers: { ...right.headers, ...headers } }), {
      path: 'whoami',
    })
  }
  const dateIn = (ms: number): string => new Date(oryClock.now() + ms).toUTCString()
  return { ...scene, oryClock, advance, statusOf, answerWith, dateIn }
}

describe('a clock that is behind that of Ory', () => {
  const behind = [
    ['two seconds', 2 * second],
    ['ten minutes', 10 * minute],
    ['an hour', hour],
    ['years, as without a battery', 30 * year],
  ] as const

  it.each(behind)('keeps no session past its end at Ory: %s', async (_title, behindMs) => {
    const { fake, advance, statusOf } = await start(-behindMs)
    const headers = byToken(fake.signIn({ expiresInMs: 10 * second }))
    expect(await statusOf(headers)).toBe(200)
    const outage = fake.fault(503)
    advance(8 * second)
    expect(await statusOf(headers)).toBe(200)
    advance(2 * second)
    expect(await statusOf(headers)).toBe(503)
    outage.heal()
    expect(await statusOf(headers)).toBe(401)
  })

  it.each([0, 1, 500, 999])('nor where Date has cut off %i ms', async (cutMs) => {
    const { fake, advance, oryClock, statusOf } = await start(-hour)
    oryClock.advance(cutMs)
    const headers = byToken(fake.signIn({ expiresInMs: 10 * second }))
    expect(await statusOf(headers)).toBe(200)
    fake.fault(503)
    advance(10 * second)
    expect(await statusOf(headers)).toBe(503)
  })

  it.each(behind)('takes no login for more recent than it is: %s', async (_title, behindMs) => {
    const maxAgeMs = 15 * minute
    const { fake, advance, statusOf } = await start(-behindMs, { maxAgeMs })
    const old = byToken(fake.signIn({ authenticatedAgoMs: maxAgeMs + second }))
    const recent = byToken(fake.signIn({ authenticatedAgoMs: maxAgeMs - minute }))
    expect(await statusOf(old)).toBe(403)
    expect(await statusOf(recent)).toBe(200)
    advance(minute - 2 * second)
    expect(await statusOf(recent)).toBe(200)
    expect(fake.calls.whoami).toBe(2)
    advance(3 * second)
    expect(await statusOf(recent)).toBe(403)
  })

  it('stays behind in memory when it is set right, or back again', async () => {
    const { fake, advance, clock, statusOf } = await start(-hour)
    const headers = byToken(fake.signIn({ expiresInMs: 10 * second }))
    expect(await statusOf(headers)).toBe(200)
    fake.fault(503)
    clock.setWall(-hour)
    expect(await statusOf(headers)).toBe(200)
    advance(10 * second)
    expect(await statusOf(headers)).toBe(503)
  })

  it.each([
    ['it ended on the way', { date: 10 * second, age: undefined }, 401],
    ['a cache has kept it too long', { date: -10 * second, age: '20' }, 401],
    ['a cache has kept it for a while', { date: -10 * second, age: '19' }, 200],
  ])('serves no answer past its end at Ory: %s', async (_title, { date, age }, status) => {
    const { fake, statusOf, answerWith, dateIn } = await start(-hour)
    const headers = byToken(fake.signIn({ expiresInMs: 10 * second }))
    answerWith({ Date: dateIn(date), ...(age === undefined ? {} : { Age: age }) })
    expect(await statusOf(headers)).toBe(status)
  })
})

describe('a clock that is ahead of that of Ory', () => {
  it.each([
    ['is over by ours', 10 * minute, 401],
    ['is live by both', 10 * minute + 1, 200],
  ])('counts where a session %s', async (_title, expiresInMs, status) => {
    const { fake, statusOf } = await start(10 * minute)
    const headers = byToken(fake.signIn({ expiresInMs }))
    expect(await statusOf(headers)).toBe(status)
  })

  it('makes a login as old as it says', async () => {
    const { fake, statusOf } = await start(10 * minute, { maxAgeMs: 10 * minute })
    expect(await statusOf(byToken(fake.signIn()))).toBe(200)
    expect(await statusOf(byToken(fake.signIn({ authenticatedAgoMs: 1 })))).toBe(403)
  })
})

describe('a Date that does not tell the time', () => {
  const policy = { maxAgeMs: minute }

  it.each<[string, Record<string, string | string[]>]>([
    ['is years ahead', { Date: 'Sat, 01 Mar 2036 12:00:00 GMT' }],
    ['is of the beginning', { Date: 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    ['is years back, from a cache', { Date: 'Thu, 01 Jan 1970 00:00:00 GMT', Age: '999999999' }],
    ['is none', { Date: 'yesterday' }],
    ['is empty', { Date: '' }],
    ['is invalid', { Date: 'Invalid Date' }],
    [
      'is twice there',
      { Date: ['Sun, 01 Mar 2026 13:00:00 GMT', 'Sun, 01 Mar 2026 12:00:00 GMT'] },
    ],
    ['has an age that is none', { Date: 'Sun, 01 Mar 2026 12:00:00 GMT', Age: '-5, 1e9' }],
  ])('neither lets in nor keeps out where it %s', async (_title, header) => {
    const { fake, advance, statusOf, answerWith } = await start(0, policy)
    const [recent, old] = [fake.signIn(), fake.signIn({ authenticatedAgoMs: minute + 1 })]
    answerWith(header)
    expect(await statusOf(byToken(recent))).toBe(200)
    advance(minute)
    expect(await statusOf(byToken(recent))).toBe(200)
    expect(fake.calls.whoami).toBe(1)
    expect(await statusOf(byToken(old))).toBe(403)
  })

  it('logs nobody out, and makes logins older, where it is an hour ahead', async () => {
    const { fake, statusOf, answerWith, dateIn } = await start(0)
    answerWith({ Date: dateIn(hour) })
    for (const expiresInMs of [hour / 2, hour + minute]) {
      expect(await statusOf(byToken(fake.signIn({ expiresInMs })))).toBe(200)
    }
    const guarded = await start(0, policy)
    guarded.answerWith({ Date: guarded.dateIn(hour) })
    expect(await guarded.statusOf(byToken(guarded.fake.signIn()))).toBe(403)
  })

  it('lets a login of time to come grow older from when Ory reports it', async () => {
    const { fake, advance, statusOf, answerWith } = await start(-hour, policy)
    const headers = byToken(fake.signIn())
    answerWith({ Date: 'none' })
    expect(await statusOf(headers)).toBe(200)
    advance(minute)
    expect(await statusOf(headers)).toBe(200)
    expect(fake.calls.whoami).toBe(1)
    advance(1)
    await statusOf(headers)
    expect(fake.calls.whoami).toBe(2)
  })
})
