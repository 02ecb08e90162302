import type { Clock } from '../shared/clock.js'
import type { PublishStore } from './store-events.js'
import { createStoreBreaker } from './store-breaker.js'
import type { StoreCounters } from './store-counters.js'
import type { StoreFaultKind, StoreOperation } from '../shared/store-stats.js'
import { createTimeLimit } from './time-limit.js'
import type { Limited, TimeLimit } from './time-limit.js'

export interface StoreOperationsSettings {
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
export interface StoreOperations {
  /** Whether requests leave the store alone now. */
  isOpen(): boolean
  /** For a read that a request waits for. Its outcome opens and closes the breaker. */
  read<T>(work: () => Promise<T>): Promise<T | Failed>
  /** For a write that nobody waits for. */
  write(operation: 'set' | 'delete', work: () => Promise<unknown>): void
  /** For the log, which no request waits for: it has a deadline of its own, and no breaker. */
  log<T>(operation: 'append' | 'since', work: () => Promise<T>): Promise<T | Failed>
  /** Waits for a promise that does not reject, at most so long; by default as long as a request may wait. */
  inTime(promise: Promise<unknown>, limitMs?: number): Promise<void>
  /** Counts a record or a reply that is of no use. */
  fault(kind: StoreFaultKind): void
  /** Leaves no timer behind but for commands that are under way, and lets nobody wait any longer. */
  close(): void
}

/** How long an operation on the log may take, in milliseconds. */
const logTimeoutMs = 1_000

export function createStoreOperations(settings: StoreOperationsSettings): StoreOperations {
  const { storeTimeoutMs, maxPending, clock, counters, publish } = settings
  /** Commands that the client has not settled, those that were given up on included. */
  let pending = 0
  /** Ends of waiting that is under way. */
  const waits = new Set<() => void>()
  const breaker = createStoreBreaker(clock)
  const requestLimit = createTimeLimit(storeTimeoutMs)
  const logLimit = createTimeLimit(logTimeoutMs)

  function fault(kind: StoreFaultKind): void {
    counters.faults[kind] += 1
  }

  function judge(isGood: boolean): void {
    try {
      if (isGood) breaker.onAnswer()
      else breaker.onFailure()
    } catch {
      // A clock of the application that throws must not end the process. Its next question says so.
    }
  }

  /** Resolves in time, whatever the client does. */
  function attempt<T>(
    operation: StoreOperation,
    limit: TimeLimit,
    isAwaited: boolean,
    work: () => Promise<T>,
    onEnd?: (isGood: boolean) => void,
  ): Promise<T | Failed> {
    const startedAt = performance.now()
    if (pending >= maxPending) {
      fault('overflow')
      publish(operation, 'overflow', startedAt)
      onEnd?.(false)
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
        onEnd?.(outcome === 'ok')
        resolve(result)
      }
      async function run(): Promise<void> {
        let result: T | Failed = failed
        try {
          // `await` asks no `then` of a promise's own, which could throw, or show a client's error.
          result = await work()
        } catch {
          // Without this, that error could show keys and values: only its kind goes on.
        }
        pending -= 1
        end(result, result === failed ? 'error' : 'ok')
      }
      limit.begin(limited)
      pending += 1
      void run()
    })
  }

  return {
    isOpen: () => breaker.isOpen(),
    read(work) {
      breaker.enter()
      return attempt('get', requestLimit, true, work, judge)
    },
    write(operation, work) {
      if (!breaker.isOpen()) void attempt(operation, requestLimit, false, work)
    },
    // An application waits for `append`, nothing for `since`.
    log: (operation, work) => attempt(operation, logLimit, operation === 'append', work),
    inTime: (promise, limitMs = storeTimeoutMs) =>
      new Promise((resolve) => {
        function end(): void {
          clearTimeout(timer)
          waits.delete(end)
          resolve()
        }
        const timer = setTimeout(end, limitMs)
        waits.add(end)
        void promise.then(end)
      }),
    fault,
    close() {
      requestLimit.close()
      logLimit.close()
      for (const end of waits) end()
    },
  }
}
