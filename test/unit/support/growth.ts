import { performance } from 'node:perf_hooks'

/** How many times longer the long text is. */
const factor = 16
const shortLength = 4 * 1024
const attempts = 40

/**
 * How much longer work takes on a text of 64 KiB than on one of 4 KiB: about 16 times where it is
 * linear, about 256 times where it is quadratic. The fastest of many attempts counts, by turns on both
 * texts, so that a busy machine changes little.
 */
export function growthOf(work: (text: string) => unknown, pattern: string): number {
  const short = pattern.repeat(Math.ceil(shortLength / pattern.length))
  const long = short.repeat(factor)
  let [onShort, onLong] = [Infinity, Infinity]
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    onShort = Math.min(onShort, timeOf(work, short))
    onLong = Math.min(onLong, timeOf(work, long))
  }
  return onLong / onShort
}

/** Between the two, nearer to neither. */
export const mostGrowth = 64

function timeOf(work: (text: string) => unknown, text: string): number {
  const began = performance.now()
  work(text)
  return performance.now() - began
}
