import type { Clock } from '../shared/clock.js'
import { createBell } from './bell.js'

export interface LogPollerSettings {
  /** Reads the log to its end, and tells whether that went well. */
  readonly read: () => Promise<boolean>
  readonly pollMs: number
  /** How long after the last question the polling goes on. */
  readonly idleMs: number
  readonly clock: Clock
  /** Subscribes to the bell, if the store has one; see `SessionStore.listen`. */
  readonly listen: (onNews: () => void) => unknown
}

/** When the log is read: not before the first question, and not for long after the last. */
export interface LogPoller {
  readonly touch: () => void
  readonly hold: () => () => void
  /** Reads now, or joins the reading that is under way. */
  readonly poll: () => Promise<boolean>
  /** Reads once more from now on, also if a reading is under way. */
  readonly pollAnew: () => Promise<boolean>
  /** Whether no reading has ended since the polling began. */
  isStarting(): boolean
  close(): void
}

/** After so many readings that failed, the next is later. */
const mostFailures = 3
const longPauseMs = 1_000
/** Shortest time from the start of a reading to the next that the bell causes, in milliseconds. */
const bellEveryMs = 5

export function createLogPoller(settings: LogPollerSettings): LogPoller {
  const { read, pollMs, idleMs, clock, listen } = settings
  let timer: NodeJS.Timeout | undefined
  let reading: Promise<boolean> | undefined
  let isRunning = false
  let isStarting = true
  let isClosed = false
  let hasNews = false
  let holds = 0
  let failures = 0
  let touchedAt = -Infinity
  let readAt = -Infinity
  const bell = createBell(() => listen(ring))

  function poll(): Promise<boolean> {
    if (isClosed) return Promise.resolve(false)
    reading ??= run()
    return reading
  }

  async function run(): Promise<boolean> {
    clearTimeout(timer)
    hasNews = false
    readAt = performance.now()
    // A store that throws while it is read must not end the polling.
    const isGood = await read().catch(() => false)
    reading = undefined
    isStarting = false
    failures = isGood ? 0 : failures + 1
    if (isRunning) schedule()
    return isGood
  }

  function schedule(): void {
    const usualMs = failures < mostFailures ? pollMs : Math.max(pollMs, longPauseMs)
    const bellMs = Math.max(0, readAt + bellEveryMs - performance.now())
    const delayMs = hasNews ? Math.min(bellMs, usualMs) : usualMs
    clearTimeout(timer)
    timer = setTimeout(tick, delayMs).unref()
  }

  /** Without the catch, a clock of the application that throws would end the process. */
  function isIdle(): boolean {
    try {
      return clock.monotonic() - touchedAt > idleMs
    } catch {
      return true
    }
  }

  function tick(): void {
    if (holds === 0 && isIdle()) stop()
    else void poll()
  }

  function ring(): void {
    if (!isRunning || hasNews) return
    hasNews = true
    // While a reading is under way, the next is scheduled at its end.
    if (reading === undefined) schedule()
  }

  function start(): void {
    if (isRunning || isClosed) return
    isRunning = true
    isStarting = true
    bell.start()
    if (reading === undefined) void poll()
  }

  function stop(): void {
    isRunning = false
    clearTimeout(timer)
    bell.stop()
  }

  return {
    touch() {
      touchedAt = clock.monotonic()
      if (!isRunning) start()
    },
    hold() {
      holds += 1
      start()
      let isHeld = true
      return () => {
        if (isHeld) holds -= 1
        isHeld = false
      }
    },
    poll,
    async pollAnew() {
      if (reading !== undefined) await reading
      return poll()
    },
    isStarting: () => isStarting,
    close() {
      isClosed = true
      stop()
    },
  }
}
