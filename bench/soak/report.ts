import type { Reading } from './gauge.js'
import type { Tally } from './tally.js'

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** One line for what was read. */
export function formatReading({ rss, heap, cached, loop, sockets }: Reading): string {
  return [
    `RSS ${mebibytes(rss)}`,
    `heap ${mebibytes(heap)} of which ${mebibytes(cached)} sessions`,
    `loop delay p50 ${loop.p50.toFixed(1)} p99 ${loop.p99.toFixed(1)} max ${loop.max.toFixed(0)} ms`,
    `sockets ${sockets.in} in ${sockets.out} out`,
  ].join(', ')
}

/** One line for what has been answered. */
export function formatRecord({ requests, aborted, outcomes, slowest, violations }: Tally): string {
  return [
    `${requests} requests`,
    `${aborted} aborted`,
    formatCounts(outcomes),
    `slowest ${slowest} ms`,
    `${violations.length} violations`,
  ].join('; ')
}

/** Most often first. */
export function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

/** Growth of the heap by the minute. */
export function formatGrowth(bytesPerMinute: number | undefined): string {
  if (bytesPerMinute === undefined) return 'heap trend: too short a run to tell'
  return `heap trend: ${bytesPerMinute < 0 ? '' : '+'}${(bytesPerMinute / 1024).toFixed(0)} KiB a minute besides sessions`
}
