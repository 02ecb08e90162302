import type { Clock } from '../shared/clock.js'

/**
 * By how much our wall clock is behind those of others. A record from the future proves it, and its
 * writer's other records look younger than they are by as much.
 */
export interface ClockLead {
  note(leadMs: number): void
  currentMs(): number
}

/** How long a proof counts, in milliseconds. */
const leadForMs = 600_000

export function createClockLead(clock: Clock): ClockLead {
  let leadMs = 0
  let notedAt = -Infinity

  function currentMs(): number {
    return clock.monotonic() - notedAt < leadForMs ? leadMs : 0
  }

  return {
    note(byMs) {
      leadMs = Math.max(byMs, currentMs())
      notedAt = clock.monotonic()
    },
    currentMs,
  }
}
