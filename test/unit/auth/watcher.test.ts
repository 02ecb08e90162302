import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import type { Decision } from '../../../lib/auth/decision.js'
import { tickMs } from '../../../lib/auth/question-pace.js'
import { mostRecent } from '../../../lib/auth/recent-invalidations.js'
import type { Watch } from '../../../lib/auth/session-watch.js'
import { createWatcher } from '../../../lib/auth/watcher.js'
import type { Watcher } from '../../../lib/auth/watcher.js'
import type { ResolvedPolicy } from '../../../lib/auth/policy.js'
import type { Session } from '../../../lib/session/session.js'
import { Fault } from '../../../lib/shared/fault.js'
import { SessionError } from '../../../lib/shared/session-error.js'
import { createFakeClock } from '../support/fake-clock.js'
import type { FakeClock } from '../support/fake-clock.js'
import { expectHolds } from '../support/runs.js'

// Ten thousand watches take a busy machine a while.
jest.setTimeout(240_000)

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

/** A session as Ory has it. */
interface Person {
  readonly key: string
  id: string
  expiresAt: number
  isLive: boolean
  readonly ended: string[]
}

interface Scene {
  readonly clock: FakeClock
  readonly watcher: Watcher
  readonly users: Map<string, Person>
  /** Keys that were logged out here. */
  readonly refused: Set<string>
  /** When Ory was asked, and about whom. */
  readonly asked: { readonly at: number; readonly key: string }[]
  /** Which keys were answered from memory. */
  readonly remembered: string[]
  isAway: boolean
  /** Whether a 401 of Ory may be one of an outage. */
  isInDoubt: boolean
  person(key: string, livesForMs?: number): Person
  watch(person: Person, everyMs?: number, onEnd?: (error: SessionError) => unknown): Watch
  /** Begins with the session that a middleware has found. */
  watchAttached(person: Person, policy: Partial<ResolvedPolicy>): void
  /** Moves time on, a tick at a time. */
  pass(ms: number): Promise<void>
}

const day = 86_400_000
const decided = { source: 'cookie', servedFrom: 'upstream', setCookie: [] } as const

function createScene({ isCached = true } = {}): Scene {
  const clock = createFakeClock()
  const users = new Map<string, Person>()
  const refused = new Set<string>()
  /** The call of a key that is under way, as single flight has it. */
  const flights = new Map<string, Promise<Decision>>()

  function denial(code: SessionError['code'], cause?: Fault): Decision {
    const none = { session: undefined, source: undefined, servedFrom: undefined }
    return {
      ...none,
      setCookie: [],
      error: new SessionError(code, cause === undefined ? {} : { cause }),
    }
  }

  function answer(key: string): Decision {
    if (scene.isAway) return denial('authentication_unavailable')
    const person = users.get(key)!
    if (!person.isLive || clock.now() >= person.expiresAt) {
      return scene.isInDoubt
        ? denial('authentication_unavailable', new Fault('ambiguous_401'))
        : denial('session_invalid')
    }
    return { ...decided, session: sessionOf(person), error: undefined }
  }

  const scene: Scene = {
    clock,
    users,
    refused,
    asked: [],
    remembered: [],
    isAway: false,
    isInDoubt: false,
    watcher: createWatcher({
      clock,
      isKnown: () => isCached,
      isRefused: (key) => refused.has(key),
      ended: () => new SessionError('session_invalid'),
      ask({ key }, freshness) {
        if (freshness === 'any' && isCached) {
          scene.remembered.push(key!)
          return answer(key!)
        }
        let flight = flights.get(key!)
        if (flight === undefined) {
          scene.asked.push({ at: clock.monotonic(), key: key! })
          flight = Promise.resolve(answer(key!)).finally(() => flights.delete(key!))
          flights.set(key!, flight)
        }
        return flight
      },
    }),
    person(key, livesForMs = day) {
      const expiresAt = clock.now() + livesForMs
      const person = { key, id: `session-${key}`, expiresAt, isLive: true, ended: [] }
      users.set(key, person)
      return person
    },
    watch(person, everyMs = 60_000, onEnd = ({ code }) => person.ended.push(code)) {
      const watch = createWatch(person, everyMs, onEnd)
      scene.watcher.start(watch, undefined)
      return watch
    },
    watchAttached(person, policy) {
      const watch = createWatch(person, 60_000, ({ code }) => person.ended.push(code), policy)
      scene.watcher.start(watch, sessionOf(person))
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += tickMs) {
        clock.advance(tickMs)
        await jest.advanceTimersByTimeAsync(tickMs)
      }
    },
  }
  return scene
}

function createWatch(
  { key }: Person,
  everyMs: number,
  onEnd: (error: SessionError) => unknown,
  policy: Partial<ResolvedPolicy> = {},
): Watch {
  return {
    request: {},
    policy: policy as ResolvedPolicy,
    key,
    everyMs,
    onEnd,
    sessionId: undefined,
    identityId: undefined,
    expiresAt: Infinity,
    dueAt: 0,
    hearsFrom: 0,
  }
}

function sessionOf({ id, key, expiresAt }: Person): Session {
  const expires_at = new Date(expiresAt).toISOString()
  return { id, expires_at, identity: { id: `identity-${key}` } } as Session
}

describe('createWatcher', () => {
  it('ends a watch within everyMs of a revocation elsewhere, and no other', async () => {
    const scene = createScene()
    const [ada, bob] = [scene.person('ada'), scene.person('bob')]
    for (const person of [ada, bob]) scene.watch(person)
    await scene.pass(100_000)
    ada.isLive = false
    await scene.pass(60_000 + tickMs)
    expect([ada.ended, bob.ended]).toEqual([['session_invalid'], []])
  })

  it.each([
    ['the key', { key: 'ada' }],
    ['the session', { session: 'session-ada' }],
    ['the identity', { identity: 'identity-ada' }],
  ])('ends a watch in the turn in which %s is invalidated', async (_name, what) => {
    const scene = createScene()
    const [ada, bob] = [scene.person('ada'), scene.person('bob')]
    for (const person of [ada, bob]) scene.watch(person)
    await scene.pass(tickMs)
    scene.watcher.invalidate(what)
    expect([ada.ended, bob.ended]).toEqual([['session_invalid'], []])
  })

  it('ends a watch whose session was invalidated before it was known', async () => {
    const scene = createScene({ isCached: false })
    const ada = scene.person('ada')
    scene.watch(ada)
    scene.watcher.invalidate({ session: 'session-ada' })
    expect(ada.ended).toEqual([])
    await scene.pass(tickMs)
    expect(ada.ended).toEqual(['session_invalid'])
  })

  it('asks again before it believes an answer that more invalidations overtook than it remembers', async () => {
    const scene = createScene({ isCached: false })
    const [ada, bob] = [scene.person('ada'), scene.person('bob')]
    for (const person of [ada, bob]) scene.watch(person)
    scene.clock.advance(tickMs)
    // Both questions are under way now.
    jest.advanceTimersByTime(tickMs)
    expect(scene.asked).toHaveLength(2)
    ada.isLive = false
    scene.watcher.invalidate({ session: 'session-ada' })
    for (let index = 0; index < mostRecent; index += 1) {
      scene.watcher.invalidate({ session: `session-${index}` })
    }
    await scene.pass(2 * tickMs)
    expect([ada.ended, bob.ended]).toEqual([['session_invalid'], []])
    expect(scene.asked).toHaveLength(4)
    scene.watcher.invalidate({ identity: 'identity-bob' })
    expect(bob.ended).toEqual(['session_invalid'])
  })

  it('ends nothing after an outage with more invalidations than it remembers', async () => {
    const scene = createScene({ isCached: false })
    const ada = scene.person('ada')
    scene.isAway = true
    scene.watch(ada, 1_000)
    await scene.pass(1_000)
    for (let index = 0; index <= mostRecent; index += 1) {
      scene.watcher.invalidate({ session: `session-${index}` })
    }
    await scene.pass(1_000)
    scene.isAway = false
    await scene.pass(2_000)
    expect(ada.ended).toEqual([])
    scene.watcher.invalidate({ session: 'session-ada' })
    expect(ada.ended).toEqual(['session_invalid'])
  })

  it('ends a watch whose session was logged out between the handshake and the watch', async () => {
    const scene = createScene()
    const [ada, bob] = [scene.person('ada'), scene.person('bob')]
    ada.isLive = false
    scene.refused.add('ada')
    for (const person of [ada, bob]) scene.watchAttached(person, {})
    await scene.pass(tickMs)
    expect([ada.ended, bob.ended]).toEqual([['session_invalid'], []])
  })

  it('holds an attached session against memory only if the policy asks for more', async () => {
    const scene = createScene()
    const policies = [{}, { isAsking: true }, { allow: () => true }]
    for (const [index, policy] of policies.entries()) {
      scene.watchAttached(scene.person(String(index)), policy)
    }
    expect(scene.remembered).toEqual(['1', '2'])
  })

  it('ends a watch at expires_at, also while Ory is away', async () => {
    for (const isAway of [false, true]) {
      const scene = createScene()
      const ada = scene.person('ada', 30_000)
      scene.watch(ada, 600_000)
      await scene.pass(10_000)
      scene.isAway = isAway
      await scene.pass(20_000 - tickMs)
      expect(ada.ended).toEqual([])
      await scene.pass(tickMs)
      expect(ada.ended).toEqual(['session_invalid'])
    }
  })

  it('goes on with a session that was extended, also if the clock jumps past the old end', async () => {
    const scene = createScene()
    const ada = scene.person('ada', 30_000)
    scene.watch(ada, 600_000)
    await scene.pass(tickMs)
    ada.expiresAt += day
    scene.clock.advance(40_000)
    await scene.pass(2_000)
    expect(ada.ended).toEqual([])
  })

  it('ends nothing in an outage', async () => {
    const scene = createScene()
    const ada = scene.person('ada')
    scene.watch(ada, 1_000)
    scene.isAway = true
    await scene.pass(20_000)
    expect(ada.ended).toEqual([])
  })

  // The random part of the pace decides how many of its own questions bob has had.
  it.each([
    [0, 2],
    [0.5, 2],
    [0.8, 3],
  ])(
    'asks again each second about a 401 in doubt, and ends the watch soon after (%d)',
    async (phase, ofBob) => {
      jest.spyOn(Math, 'random').mockReturnValue(phase)
      const scene = createScene()
      const [ada, bob] = [scene.person('ada'), scene.person('bob')]
      for (const person of [ada, bob]) scene.watch(person)
      await scene.pass(60_000)
      ada.isLive = false
      scene.isInDoubt = true
      await scene.pass(60_000)
      expect(ada.ended).toEqual([])
      const about = (who: Person): number => scene.asked.filter(({ key }) => key === who.key).length
      const before = about(ada)
      await scene.pass(5_000)
      expect(about(ada) - before).toBe(5)
      expect(about(bob)).toBe(ofBob)
      scene.isInDoubt = false
      await scene.pass(1_000)
      expect([ada.ended, bob.ended]).toEqual([['session_invalid'], []])
    },
  )

  it('ends a watch whose credential another session answers to', async () => {
    const scene = createScene()
    const ada = scene.person('ada')
    scene.watch(ada, 1_000)
    await scene.pass(tickMs)
    ada.id = 'session-of-another'
    await scene.pass(1_000 + tickMs)
    expect(ada.ended).toEqual(['session_invalid'])
  })

  it('harms no other watch if onEnd throws or rejects', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const scene = createScene()
    const ada = scene.person('ada')
    const mistake = new Error('mistake')
    scene.watch(ada, 1_000, () => {
      throw mistake
    })
    scene.watch(ada, 1_000, async () => Promise.reject(mistake))
    scene.watch(ada, 1_000)
    await scene.pass(tickMs)
    scene.watcher.invalidate({ key: 'ada' })
    await scene.pass(tickMs)
    expect(ada.ended).toEqual(['session_invalid'])
    expect(warned.mock.calls).toEqual([[mistake], [mistake]])
  })

  it('can be stopped again and again, from within onEnd too', async () => {
    const scene = createScene()
    const ada = scene.person('ada')
    const first = scene.watch(ada, 1_000, () => {
      scene.watcher.stop(first)
      scene.watcher.stop(second)
    })
    const second = scene.watch(ada, 1_000)
    await scene.pass(tickMs)
    scene.watcher.invalidate({ key: 'ada' })
    scene.watcher.stop(second)
    expect([ada.ended, scene.watcher.size()]).toEqual([[], 0])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('asks one question in everyMs about a credential, however many watch it', async () => {
    const scene = createScene()
    const ada = scene.person('ada')
    for (let index = 0; index < 10_000; index += 1) scene.watch(ada, 10_000)
    await scene.pass(100_000)
    expect(scene.asked.length).toBeGreaterThanOrEqual(9)
    expect(scene.asked.length).toBeLessThanOrEqual(11)
  })

  it.each([
    ['known already', true],
    ['known to nobody', false],
  ])('spreads the questions about sessions that are %s evenly', async (_name, isCached) => {
    const scene = createScene({ isCached })
    const count = 10_000
    const everyMs = 60_000
    for (let index = 0; index < count; index += 1) scene.watch(scene.person(String(index)), everyMs)
    await scene.pass(2 * everyMs)
    const busiest = (windowMs: number): number => {
      const windows = new Map<number, number>()
      for (const { at } of scene.asked) {
        const window = Math.floor(at / windowMs)
        windows.set(window, (windows.get(window) ?? 0) + 1)
      }
      return Math.max(...windows.values())
    }
    expect(new Set(scene.asked.map(({ key }) => key)).size).toBe(count)
    expect(busiest(1_000)).toBeLessThanOrEqual((2 * count * 1_000) / everyMs)
    expect(busiest(everyMs)).toBeLessThanOrEqual(count)
  })

  it('spreads the questions again after a stall that brought many together', async () => {
    const scene = createScene()
    const [count, everyMs] = [1_000, 20_000]
    for (let index = 0; index < count; index += 1) scene.watch(scene.person(String(index)), everyMs)
    await scene.pass(everyMs)
    scene.clock.advance(everyMs / 2)
    await scene.pass(2 * everyMs)
    const since = scene.clock.monotonic()
    await scene.pass(everyMs)
    const seconds = new Array<number>(20).fill(0)
    for (const { at } of scene.asked) {
      if (at > since) seconds[Math.ceil((at - since) / 1_000) - 1]! += 1
    }
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(45)
    expect(Math.max(...seconds)).toBeLessThanOrEqual(55)
  })

  it('agrees with a model: ends each watch in time, and none before its session', async () => {
    const event = fc.record({
      who: fc.nat(3),
      what: fc.constantFrom('watch', 'stop', 'revoke', 'invalidate', 'extend', 'away', 'back'),
      afterMs: fc.integer({ min: 1, max: 40 }).map((ticks) => ticks * tickMs),
    })
    await expectHolds(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const everyMs = 3_000
        const scene = createScene()
        const users = ['a', 'b', 'c', 'd'].map((key) => scene.person(key, 20_000))
        const open = users.map(() => new Set<Watch>())
        /** When a session ended, by the wall clock. */
        const overAt = (person: Person): number =>
          person.isLive ? person.expiresAt : Math.min(person.expiresAt, revokedAt.get(person)!)
        const revokedAt = new Map<Person, number>()
        const mistakes: string[] = []
        let awayUntil = 0

        for (const { who, what, afterMs } of events) {
          const person = users[who]!
          if (what === 'watch' && person.isLive && !scene.isAway) {
            const watch: Watch = scene.watch(person, everyMs, () => {
              if (scene.clock.now() < overAt(person)) mistakes.push('ended early')
              open[who]!.delete(watch)
            })
            open[who]!.add(watch)
          } else if (what === 'stop') {
            for (const watch of open[who]!) scene.watcher.stop(watch)
            open[who]!.clear()
          } else if (what === 'revoke' || what === 'invalidate') {
            if (person.isLive) revokedAt.set(person, scene.clock.now())
            person.isLive = false
            if (what === 'invalidate') {
              scene.watcher.invalidate({ key: person.key })
              if (open[who]!.size > 0) mistakes.push('outlived an invalidation')
            }
          } else if (what === 'extend' && scene.clock.now() < person.expiresAt) {
            // An extension that Ory cannot be asked about is not known here.
            if (!scene.isAway) person.expiresAt += 5_000
          } else if (what === 'away') scene.isAway = true
          else if (what === 'back') scene.isAway = false

          for (let passed = 0; passed < afterMs; passed += tickMs) {
            if (scene.isAway) awayUntil = scene.clock.now() + tickMs
            await scene.pass(tickMs)
            users.forEach((one, index) => {
              if (open[index]!.size === 0) return
              const knownAt = Math.max(overAt(one), one.isLive ? 0 : awayUntil)
              expect(scene.clock.now()).toBeLessThanOrEqual(knownAt + everyMs + tickMs)
            })
          }
        }
        expect(mistakes).toEqual([])
      }),
      40,
    )
  })
})
