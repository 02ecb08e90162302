import type { Clock } from '../shared/clock.js'
import type { PublishStore } from './store-events.js'
import type { StoreCounters } from './store-counters.js'
import type { StoreFaultKind, StoreOperation } from '../shared/store-stats.js'
import { createTimeLimit } from './time-limit.js'
import type { Limited, TimeLimit } from './time-limit.js'

export interface StoreGateSettings {
  readonly storeTimeoutMs: number
  /** Most commands that may wait in the client at once. */
  readonly maxPending: number
  readonly clock: Clock
  readonly counters: StoreCounters
  readonly publish: PublishStore
}

/** The result of an operation that failed. */
export const failed = Symbol('failed')
export type Failed = typeof failed

/**
 * Lets nothing of a store through but its results: no error, no delay past the deadline, no queue
 * without bound.
 */
export interface StoreGate {
  /** Whether requests leave the store alone now. */
  isOpen(): boolean
  /** For a read that a request waits for. After three failures in a row the breaker leaves the store alone. */
  read<T>(work: () => Promise<T>): Promise<T | Failed>
  /** For a write that nobody waits for. */
  write(operation: 'set' | 'delete', work: () => Promise<unknown>): void
  /** For the log, which no request waits for: it has a deadline of its own, and no breaker. */
  log<T>(operation: 'append' | 'since', work: () => Promise<T>): Promise<T | Failed>
  /** Waits for a promise that does not reject, at most so long; by default as long as a request may wait. */
  inTime(promise: Promise<unknown>, limitMs?: number): Promise<void>
  /** Counts a record or a reply that is of no use. */
  fault(kind: StoreFaultKind): void
  /** Leaves no timer behind but for what is under way. */
  close(): void
}

/** So many failures in a row, and the store is left alone. */
const mostFailures = 3
const shortestPauseMs = 1_000
const longestPauseMs = 8_000
/** How long an operation on the log may take, in milliseconds. */
const logTimeoutMs = 1_000

export function createStoreGate(settings: StoreGateSettings): StoreGate {
  const { storeTimeoutMs, maxPending, clock, counters, publish } = settings
  /** Commands that the client has not settled, those that were given up on included. */
  let pending = 0
  let failures = 0
  let pauseMs = 0
  let openUntil = -Infinity
  let isTrying = false
  const requestLimit = createTimeLimit(storeTimeoutMs)
  const logLimit = createTimeLimit(logTimeoutMs)

  function fault(kind: StoreFaultKind): void {
    counters.faults[kind] += 1
  }

  function isOpen(): boolean {
    if (failures < mostFailures) return false
    return isTrying || clock.monotonic() < openUntil
  }

  function noteRead(isGood: boolean): void {
    isTrying = false
    if (isGood) {
      failures = 0
      pauseMs = 0
      return
    }
    failures += 1
    // Those that were asked at the same time fail at the same time: that is one failure more, not many.
    if (failures < mostFailures || clock.monotonic() < openUntil) return
    pauseMs = Math.min(Math.max(pauseMs * 2, shortestPauseMs), longestPauseMs)
    openUntil = clock.monotonic() + pauseMs
  }

  /** Resolves in time, whatever the client does. */
  function attempt<T>(
    operation: StoreOperation,
    limit: TimeLimit,
    isAwaited: boolean,
    work: () => Promise<T>,
  ): Promise<T | Failed> {
    const startedAt = performance.now()
    if (pending >= maxPending) {
      fault('overflow')
      publish(operation, 'overflow', startedAt)
      return Promise.resolve(failed)
    }
    return new Promise((resolve) => {
      let isSettled = false
      const limited: Limited = { isAwaited, giveUp: () => end(failed, 'timeout') }
      function end(result: T | Failed, outcome: 'ok' | StoreFaultKind): void {
        if (isSettled) return
        isSettled = true
        limit.end(limited)
        if (outcome !== 'ok') fault(outcome)
        if (operation !== 'get' || outcome !== 'ok') publish(operation, outcome, startedAt)
        resolve(result)
      }
      limit.begin(limited)
      pending += 1
      start(work).then(
        (result) => {
          pending -= 1
          end(result, 'ok')
        },
        // Without this, a client's error could show keys and values: only its kind goes on.
        () => {
          pending -= 1
          end(failed, 'error')
        },
      )
    })
  }

  return {
    isOpen,
    async read(work) {
      if (failures >= mostFailures) isTrying = true
      const result = await attempt('get', requestLimit, true, work)
      noteRead(result !== failed)
      return result
    },
    write(operation, work) {
      if (!isOpen()) void attempt(operation, requestLimit, false, work)
    },
    // An application waits for `append`, nothing for `since`.
    log: (operation, work) => attempt(operation, logLimit, operation === 'append', work),
    inTime: (promise, limitMs = storeTimeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, limitMs)
        void promise.then(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
    fault,
    close() {
      requestLimit.close()
      logLimit.close()
    },
  }
}

/** A client may throw, too, or return no promise. */
function start<T>(work: () => Promise<T>): Promise<T> {
  try {
    return Promise.resolve(work())
  } catch {
    return Promise.reject(new Error('the store threw'))
  }
}
