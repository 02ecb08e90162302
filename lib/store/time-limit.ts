/** What is given up on if it takes too long. */
export interface Limited {
  giveUp(): void
  /** Whether somebody waits for the result: then the process must live until there is one. */
  readonly isAwaited: boolean
}

/** One time limit for much that is under way. */
export interface TimeLimit {
  begin(one: Limited): void
  end(one: Limited): void
  close(): void
}

/**
 * Keeps one timer for all, because a timer for each would be a good part of what a question to the store
 * costs. All have the same limit, so the one that began first is due first.
 */
export function createTimeLimit(limitMs: number): TimeLimit {
  const dueAt = new Map<Limited, number>()
  let timer: NodeJS.Timeout | undefined
  let awaited = 0
  let isClosed = false

  function arm(delayMs: number): void {
    timer = setTimeout(check, Math.max(1, Math.ceil(delayMs)))
    // Without this, the timer would keep alive a process that waits for nothing.
    if (awaited === 0) timer.unref()
  }

  function check(): void {
    timer = undefined
    const now = performance.now()
    for (const [one, due] of dueAt) {
      if (due > now) {
        arm(due - now)
        return
      }
      end(one)
      // A process that was held up finds its timers due before it reads the replies that came meanwhile.
      setImmediate(giveUp, one)
    }
  }

  function end(one: Limited): void {
    if (!dueAt.delete(one)) return
    if (one.isAwaited) awaited -= 1
    if (timer === undefined || awaited > 0) return
    timer.unref()
    if (isClosed) disarm()
  }

  /** Without the last line, what begins after `close()` would take this timer for one that runs. */
  function disarm(): void {
    if (dueAt.size > 0) return
    clearTimeout(timer)
    timer = undefined
  }

  return {
    begin(one) {
      dueAt.set(one, performance.now() + limitMs)
      if (one.isAwaited) awaited += 1
      if (timer === undefined) arm(limitMs)
      else if (one.isAwaited) timer.ref()
    },
    end,
    close() {
      isClosed = true
      disarm()
    },
  }
}

function giveUp(one: Limited): void {
  one.giveUp()
}
