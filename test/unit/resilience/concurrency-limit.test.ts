import { describe, expect, it, jest } from '@jest/globals'
import { toCaller } from '../../../lib/resilience/caller.js'
import { getEventListeners } from 'node:events'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import type { WhoamiCall } from '../../../lib/resilience/ory-call.js'
import { Fault } from '../../../lib/shared/fault.js'
import { createConcurrencyLimit } from '../../../lib/resilience/concurrency-limit.js'
import { defer, liveAnswer, question, standOf, type Deferred } from '../ory/question.js'

const timeoutMs = 50

/** A limit before an Ory that answers when the test says so. */
function open(connections: number) {
  const underWay: Deferred<Answer>[] = []
  const seen: WhoamiCall[] = []
  const ask = createConcurrencyLimit(
    connections,
    timeoutMs,
  )((asked: WhoamiCall) => {
    seen.push(asked)
    const answer = defer<Answer>()
    underWay.push(answer)
    return answer.promise
  })
  return { ask, underWay, seen, finish: (index: number) => underWay[index]?.resolve(liveAnswer()) }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))
const name = (value: string): Partial<WhoamiCall> => ({ credential: { source: 'cookie', value } })
const names = (seen: readonly WhoamiCall[]) => seen.map(({ credential }) => credential.value)

describe('createConcurrencyLimit', () => {
  it('lets as many through at once as there are connections, the rest in their order', async () => {
    const { ask, seen, finish } = open(2)
    const asked = ['a', 'b', 'c', 'd'].map((value) => ask(question(name(value))))
    await settle()
    expect(names(seen)).toEqual(['a', 'b'])
    finish(1)
    await settle()
    expect(names(seen)).toEqual(['a', 'b', 'c'])
    finish(0)
    finish(2)
    await settle()
    expect(names(seen)).toEqual(['a', 'b', 'c', 'd'])
    finish(3)
    await Promise.all(asked)
  })

  it('counts a call that waited for its permit among those that have one', async () => {
    const { ask, seen, finish } = open(1)
    void ask(question(name('a')))
    void ask(question(name('waited')))
    await settle()
    finish(0)
    await settle()
    void ask(question(name('late')))
    await settle()
    expect(names(seen)).toEqual(['a', 'waited'])
    finish(1)
    await settle()
    expect(names(seen)).toEqual(['a', 'waited', 'late'])
    finish(2)
  })

  it('leaves no listener on a signal, whether its question had to wait or not', async () => {
    const { ask, finish } = open(1)
    const { signal } = new AbortController()
    const all = [ask(question({ signal })), ask(question({ signal }))]
    await settle()
    finish(0)
    await settle()
    finish(1)
    await Promise.all(all)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('hands on answers, and what is thrown', async () => {
    const { ask, underWay } = open(1)
    const answer = liveAnswer()
    const thrown = new Error('no')
    const [first, second, third] = [ask(question()), ask(question()), ask(question())]
    await settle()
    underWay[0]?.reject(thrown)
    await expect(first).rejects.toBe(thrown)
    await settle()
    underWay[1]?.resolve(answer)
    await expect(second).resolves.toBe(answer)
    await settle()
    underWay[2]?.resolve(answer)
    await expect(third).resolves.toBe(answer)
  })

  it('bounds the list, and fails at once past that', async () => {
    const { ask, underWay } = open(1)
    const asked = Array.from({ length: 12 }, () => ask(question()))
    const stand = await standOf(asked)
    expect(stand.filter((one) => one === 'pending')).toHaveLength(11)
    expect(stand[11]).toBe('throttled')
    for (let index = 0; index < 11; index += 1) {
      underWay[index]?.resolve(liveAnswer())
      await settle()
    }
    expect((await standOf(asked)).slice(0, 11)).toEqual(Array(11).fill('done'))
  })

  it('tells a known caller from an unknown one if the list is full', async () => {
    const { ask, finish } = open(1)
    const asked = Array.from({ length: 12 }, (_, index) =>
      ask(question({ caller: toCaller(`i${index}`) })),
    )
    expect((await standOf(asked))[11]).toBe('overload')
    await expect(asked[11]).rejects.toThrow('overload: no permit')
    for (let index = 0; index < 11; index += 1) {
      finish(index)
      await settle()
    }
    await Promise.all(asked.slice(0, 11))
  })

  it('lets no call wait past its deadline, nor take a permit then', async () => {
    const { ask, seen, finish } = open(1)
    const controller = new AbortController()
    const first = ask(question(name('first')))
    const late = ask(question({ ...name('late'), signal: controller.signal }))
    const next = ask(question(name('next')))
    controller.abort()
    expect(await standOf([first, late, next])).toEqual(['pending', 'throttled', 'pending'])
    await expect(late).rejects.toThrow('throttled: no permit in time')
    finish(0)
    await settle()
    expect(names(seen)).toEqual(['first', 'next'])
    finish(1)
    expect(await standOf([first, late, next])).toEqual(['done', 'throttled', 'done'])
  })

  it('takes it for no outage if a call that had to wait gets no answer in time', async () => {
    const { ask, underWay } = open(1)
    const controller = new AbortController()
    const first = ask(question(name('first')))
    const known = { ...name('known'), caller: toCaller('i'), signal: controller.signal }
    const waited = ask(question(known))
    underWay[0]!.reject(new Fault('timeout'))
    await expect(first).rejects.toThrow('timeout')
    controller.abort()
    underWay[1]!.reject(new Fault('timeout'))
    await expect(waited).rejects.toThrow('overload: no permit in time')
  })

  it('hands on every other error of a call that had to wait', async () => {
    const { ask, underWay, finish } = open(1)
    const all = [ask(question(name('first'))), ask(question(name('waited')))]
    finish(0)
    await all[0]
    underWay[1]!.reject(new Fault('network'))
    await expect(all[1]).rejects.toThrow('network')
  })

  it('asks nothing once the deadline is over', async () => {
    const { ask, seen } = open(1)
    const signal = AbortSignal.abort()
    await expect(ask(question({ signal }))).rejects.toThrow('throttled: no permit in time')
    const known = ask(question({ signal, caller: toCaller('i') }))
    await expect(known).rejects.toThrow('overload: no permit in time')
    expect(seen).toEqual([])
  })

  it('keeps the permit of a call that goes on past its deadline, but not for ever', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
    try {
      const { ask, seen, finish } = open(1)
      const controller = new AbortController()
      void ask(question({ ...name('a'), signal: controller.signal }))
      const waiting = ['b', 'c'].map((value) => ask(question(name(value))))
      await settle()
      controller.abort()
      jest.advanceTimersByTime(timeoutMs - 1)
      await settle()
      expect(names(seen)).toEqual(['a'])
      jest.advanceTimersByTime(1)
      await settle()
      expect(names(seen)).toEqual(['a', 'b'])
      // The call that goes on gives its permit up once.
      finish(0)
      await settle()
      expect(names(seen)).toEqual(['a', 'b'])
      finish(1)
      await settle()
      finish(2)
      expect(await standOf(waiting)).toEqual(['done', 'done'])
    } finally {
      jest.useRealTimers()
    }
  })

  it('takes back the permit of a call that ends after its deadline, and leaves no timer', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
    try {
      const { ask, seen, finish } = open(1)
      const controller = new AbortController()
      void ask(question({ ...name('a'), signal: controller.signal }))
      void ask(question(name('b')))
      await settle()
      controller.abort()
      await settle()
      expect(jest.getTimerCount()).toBe(1)
      finish(0)
      await settle()
      expect(names(seen)).toEqual(['a', 'b'])
      expect(jest.getTimerCount()).toBe(0)
      finish(1)
    } finally {
      jest.useRealTimers()
    }
  })

  it('keeps a permit for known callers, and lets them go first', async () => {
    const { ask, seen, finish } = open(10)
    const known = (value: string) => question({ ...name(value), caller: toCaller(value) })
    const asked = Array.from({ length: 11 }, (_, index) =>
      ask(question(name(`made-up ${String(index)}`))),
    )
    await settle()
    expect(seen).toHaveLength(9)
    asked.push(ask(known('first')), ask(known('second')))
    await settle()
    expect(names(seen).slice(9)).toEqual(['first'])
    finish(0)
    await settle()
    expect(names(seen).slice(9)).toEqual(['first', 'second'])
    for (let index = 0; index < 13; index += 1) {
      finish(index)
      await settle()
    }
    expect(await standOf(asked)).toEqual(Array(13).fill('done'))
    expect(names(seen).slice(11)).toEqual(['made-up 9', 'made-up 10'])
  })

  it('gives the permit that was kept for them to nobody else, once it is free', async () => {
    const { ask, seen, finish } = open(10)
    const madeUp = Array.from({ length: 9 }, (_, index) =>
      ask(question(name(`made-up ${String(index)}`))),
    )
    const known = ask(question({ ...name('known'), caller: toCaller('i') }))
    madeUp.push(ask(question(name('made-up that waits'))))
    await settle()
    expect(seen).toHaveLength(10)
    finish(9)
    await known
    await settle()
    expect(seen).toHaveLength(10)
    finish(0)
    await settle()
    expect(names(seen).at(-1)).toBe('made-up that waits')
    for (let index = 1; index < 11; index += 1) finish(index)
    expect(await standOf(madeUp)).toEqual(Array(10).fill('done'))
  })

  it('lets known callers go before an unknown one that waits longer', async () => {
    const { ask, seen, finish } = open(1)
    const asked = ['a', 'b'].map((value) => ask(question(name(value))))
    asked.push(ask(question({ ...name('known'), caller: toCaller('i') })))
    for (let index = 0; index < 3; index += 1) {
      await settle()
      finish(index)
    }
    await Promise.all(asked)
    expect(names(seen)).toEqual(['a', 'known', 'b'])
  })

  it('keeps a permit for unknown callers as well', async () => {
    const { ask, seen, finish } = open(10)
    const users = Array.from({ length: 11 }, (_, index) => `person ${String(index)}`)
    const asked = users.map((value) => ask(question({ ...name(value), caller: toCaller(value) })))
    asked.push(ask(question(name('unknown'))))
    await settle()
    expect(names(seen)).toEqual([...users.slice(0, 9), 'unknown'])
    // The permit of an unknown caller is for the next of them.
    asked.push(ask(question(name('next'))))
    finish(9)
    await settle()
    expect(names(seen).at(-1)).toBe('next')
    for (let index = 0; index < 13; index += 1) {
      finish(index)
      await settle()
    }
    expect(await standOf(asked)).toEqual(Array(13).fill('done'))
  })

  it('lets one identity hold a tenth of the permits before others, and more after them', async () => {
    const { ask, seen, finish } = open(20)
    const unknownCallers = Array.from({ length: 18 }, () => ask(question(name('unknown'))))
    const own = (value: string) => ask(question({ ...name(value), caller: toCaller('i') }))
    const asked = ['a', 'b', 'c', 'd'].map(own)
    const last = ask(question(name('last')))
    const other = ask(question({ ...name('other'), caller: toCaller('j') }))
    await settle()
    expect(names(seen).slice(18)).toEqual(['a', 'b'])
    for (let index = 0; index < 4; index += 1) {
      finish(index)
      await settle()
    }
    expect(names(seen).slice(20)).toEqual(['other', 'c', 'd', 'last'])
    for (let index = 4; index < 24; index += 1) finish(index)
    await Promise.all([...unknownCallers, ...asked, last, other])
    // What has left counts no longer.
    const more = Array.from({ length: 18 }, () => ask(question(name('unknown'))))
    more.push(own('e'), own('f'))
    await settle()
    expect(names(seen).slice(-2)).toEqual(['e', 'f'])
    for (let index = 24; index < 44; index += 1) finish(index)
    await Promise.all(more)
  })

  it('takes a caller as it is when a permit is free, not as it was on arrival', async () => {
    const { ask, seen, finish } = open(10)
    const of = (identity: string) => (value: string) =>
      ask(question({ ...name(value), caller: toCaller(identity) }))
    const unknown = Array.from({ length: 8 }, (_, index) => ask(question(name(`u${index}`))))
    const asked = [...['a', 'b'].map(of('i')), of('j')('c')]
    // `b` is beyond the share of its identity when it comes: `a` is with Ory.
    await settle()
    expect(names(seen).slice(8)).toEqual(['a', 'b'])
    const late = of('i')('d')
    const other = of('k')('e')
    await settle()
    finish(8)
    finish(9)
    await settle()
    // Both calls of its identity have ended, so `d` is within its share again, and was there before `e`.
    expect(names(seen).slice(10)).toEqual(['c', 'd'])
    for (let index = 0; index < 14; index += 1) {
      finish(index)
      await settle()
    }
    await Promise.all([...unknown, ...asked, late, other])
    expect(names(seen).at(-1)).toBe('e')
  })

  it('lets no identity fill the list alone, and counts no call that waited in vain', async () => {
    const { ask, finish } = open(1)
    const controller = new AbortController()
    const own = () => ask(question({ caller: toCaller('i'), signal: controller.signal }))
    const unknownCaller = ask(question())
    const asked = [own(), own(), own()]
    expect(await standOf(asked)).toEqual(['pending', 'pending', 'throttled'])
    const other = ask(question({ caller: toCaller('j') }))
    controller.abort()
    expect(await standOf(asked)).toEqual(['overload', 'overload', 'throttled'])
    const again = [1, 2, 3].map(() => ask(question({ caller: toCaller('i') })))
    expect(await standOf([other, ...again])).toEqual(['pending', 'pending', 'pending', 'throttled'])
    for (let index = 0; index < 4; index += 1) {
      finish(index)
      await settle()
    }
    await Promise.all([unknownCaller, other, ...again.slice(0, 2)])
  })

  it('makes no refresh wait', async () => {
    const { ask, seen, finish } = open(1)
    const first = ask(question())
    const refresh = ask(question({ isRefresh: true, caller: toCaller('i') }))
    expect(await standOf([first, refresh])).toEqual(['pending', 'overload'])
    finish(0)
    await settle()
    void ask(question({ isRefresh: true, caller: toCaller('i') }))
    await settle()
    expect(seen).toHaveLength(2)
    finish(1)
  })
})
