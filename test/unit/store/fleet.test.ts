import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { createFleet } from '../../../lib/store/fleet.js'
import type { Fleet } from '../../../lib/store/fleet.js'
import { unknownCaller } from '../../../lib/resilience/caller.js'
import type { SessionStore } from '../../../lib/shared/session-store.js'
import { createMemoryStore } from '../../../lib/testing/index.js'
import { createFakeClock } from '../support/fake-clock.js'

const credential = { source: 'bearer', value: 'ory_st_1' } as const
let fleet: Fleet | undefined
/** Commands that their store does not answer before the end of the test. */
const unanswered: (() => void)[] = []

afterEach(() => {
  fleet?.close()
  for (const answer of unanswered.splice(0)) answer()
})

/** A process that asked so often, of a store that does some things its own way. */
async function startProcess(
  questions: number,
  change: Partial<SessionStore>,
): Promise<Fleet & { ask(isForced: boolean): Promise<unknown> }> {
  const made = createFleet(
    {
      store: { ...createMemoryStore(), ...change },
      storeSecrets: ['a secret of the fleet, of 32 bytes and more'],
      storeTimeoutMs: 60_000,
      storePollMs: 60_000,
      url: new URL('http://ory.example'),
      cacheTtlMs: 10_000,
      cacheMaxSessions: 10,
      refreshAhead: false,
      timeoutMs: 2_000,
      connections: 1,
      clock: createFakeClock(),
      instance: 1,
    },
    () => undefined,
    () => false,
  )
  fleet = made
  const decorated = made.decorate(
    () => Promise.resolve({ kind: 'refused', ambiguousSince: undefined }),
    () => Promise.reject(new Error('no record is there')),
  )
  const { signal } = new AbortController()
  const question = { credential, key: 'k', isRefresh: false, signal, known: undefined }
  const ask = async (isForced: boolean): Promise<unknown> =>
    decorated({ ...question, isForced, caller: unknownCaller })
  for (let index = 0; index < questions; index += 1) await ask(false)
  return { ...made, ask }
}

/** Takes no revocation, and has failed so many questions. */
async function startFailing(questions: number): Promise<Fleet> {
  return startProcess(questions, {
    get: () => Promise.reject(new Error('gone')),
    append: () => new Promise<void>((resolve) => unanswered.push(resolve)),
  })
}

async function isHeldUp(done: Promise<unknown>): Promise<boolean> {
  const turn = new Promise<boolean>((resolve) => setImmediate(resolve, true))
  return Promise.race([done.then(() => false), turn])
}

describe('a fleet whose store takes nothing', () => {
  it('holds up a logout, but none after three failures in a row', async () => {
    expect(await isHeldUp((await startFailing(2)).logout(credential, 's'))).toBe(true)
    fleet?.close()
    expect(await isHeldUp((await startFailing(3)).logout(credential, 's'))).toBe(false)
  })
})

describe('a fleet whose client answers nothing', () => {
  it('has it keep twenty commands for each connection to Ory, and no more', async () => {
    let asked = 0
    const silent = async (): Promise<never> => {
      asked += 1
      return new Promise((resolve) => unanswered.push(resolve as () => void))
    }
    const process = await startProcess(0, { get: silent, since: silent })
    for (let index = 0; index < 50; index += 1) void process.ask(false)
    await new Promise(setImmediate)
    expect(asked).toBe(20)
    // After three failures in a row, the store is left alone.
    expect(process.stats().faults.overflow).toBe(3)
  })
})

describe('a fleet whose log does not answer', () => {
  it('holds up a question that Ory must answer, but none after three failures in a row', async () => {
    const silent: Partial<SessionStore> = {
      get: () => Promise.reject(new Error('gone')),
      since: () => new Promise(() => undefined),
    }
    expect(await isHeldUp((await startProcess(2, silent)).ask(true))).toBe(true)
    fleet?.close()
    expect(await isHeldUp((await startProcess(3, silent)).ask(true))).toBe(false)
  })
})

describe('a fleet whose log has no end', () => {
  it('reads a part of it at a time', async () => {
    let pages = 0
    await startProcess(1, {
      since() {
        pages += 1
        return Promise.resolve({ entries: [[String(pages), 'x']], hasMore: pages < 5_000 })
      },
    })
    expect(pages).toBeGreaterThan(0)
    expect(pages).toBeLessThan(5_000)
  })
})

describe('a fleet whose log shows nothing of what it takes', () => {
  it('begins the log once in a reading', async () => {
    let appended = 0
    await startProcess(1, {
      append() {
        appended += 1
        return Promise.resolve()
      },
      since: () => Promise.resolve({ entries: [] }),
    })
    expect(appended).toBe(1)
  })

  it('begins it once, too, when each position is gone as soon as it was read', async () => {
    let appended = 0
    let reads = 0
    await startProcess(1, {
      append() {
        appended += 1
        return Promise.resolve()
      },
      since(_log, cursor) {
        reads += 1
        if (cursor !== undefined) return Promise.resolve({ entries: [], isGap: true })
        return Promise.resolve({ entries: [[String(reads), 'x']], hasMore: true })
      },
    })
    expect(appended).toBe(1)
  })
})

describe('a fleet whose log is slow to read', () => {
  it('has `invalidate` wait for two seconds to read it, and no longer', async () => {
    jest.useFakeTimers()
    try {
      let page = 0
      const slow = await startProcess(0, {
        async since() {
          page += 1
          await new Promise((resolve) => setTimeout(resolve, 900))
          return { entries: [[String(page), 'x']], hasMore: true }
        },
      })
      let isDone = false
      void slow.invalidate({ session: 's' }).then(() => {
        isDone = true
      })
      await jest.advanceTimersByTimeAsync(1_999)
      expect(isDone).toBe(false)
      await jest.advanceTimersByTimeAsync(1)
      expect(isDone).toBe(true)
    } finally {
      jest.useRealTimers()
    }
  })
})
