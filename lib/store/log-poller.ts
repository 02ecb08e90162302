import type { Clock } from '../shared/clock.js'

export interface LogPollerSettings {
  /** Reads the log to its end, and tells whether that went well. */
  readonly read: () => Promise<boolean>
  readonly pollMs: number
  /** How long after the last question the polling goes on. */
  readonly idleMs: number
  readonly clock: Clock
  /** Starts the bell, if the store has one. */
  readonly listen: (onNews: () => void) => (() => void) | undefined
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
/** Shortest time between two readings for the sake of the bell, in milliseconds. */
const bellEveryMs = 5

export function createLogPoller(settings: LogPollerSettings): LogPoller {
  const { read, pollMs, idleMs, clock, listen } = settings
  let timer: NodeJS.Timeout | undefined
  let stopListening: (() => void) | undefined
  let reading: Promise<boolean> | undefined
  let isRunning = false
  let isStarting = true
  let isClosed = false
  let hasNews = false
  let holds = 0
  let failures = 0
  let touchedAt = -Infinity

  function poll(): Promise<boolean> {
    if (isClosed) return Promise.resolve(false)
    reading ??= run()
    return reading
  }

  async function run(): Promise<boolean> {
    clearTimeout(timer)
    hasNews = false
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
    const delayMs = hasNews ? Math.min(bellEveryMs, usualMs) : usualMs
    clearTimeout(timer)
    timer = setTimeout(tick, delayMs).unref()
  }

  function tick(): void {
    if (holds === 0 && clock.monotonic() - touchedAt > idleMs) stop()
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
    try {
      stopListening = listen(ring)
    } catch {
      // Without its bell a store is slower, and no less right.
    }
    if (reading === undefined) void poll()
  }

  function stop(): void {
    isRunning = false
    clearTimeout(timer)
    try {
      stopListening?.()
    } catch {
      // The client may be closed by now, which is the application's to say.
    }
    stopListening = undefined
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
