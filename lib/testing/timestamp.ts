import { randomInt } from 'node:crypto'

/** A moment as Kratos keeps one: finer than a millisecond, so that no two are the same. */
export interface Timestamp {
  readonly ms: number
  /** RFC 3339 with up to nanoseconds, trailing zeros dropped, as Go writes it. */
  readonly text: string
  /** Tells apart what happened within one millisecond, or while a test's clock stood still. */
  readonly order: number
}

/** Makes the instants of one fake, in order. */
export function createTimestamp(): (ms: number) => Timestamp {
  let order = 0
  return (ms) => ({ ms, text: timestamp(ms, randomInt(1_000_000)), order: (order += 1) })
}

export function isBefore(one: Timestamp, other: Timestamp): boolean {
  return one.ms < other.ms || (one.ms === other.ms && one.order < other.order)
}

function timestamp(ms: number, nanoseconds: number): string {
  const [seconds = '', milliseconds = ''] = new Date(ms).toISOString().slice(0, -1).split('.')
  const fraction = `${milliseconds}${String(nanoseconds).padStart(6, '0')}`.replace(/0+$/, '')
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`
}
