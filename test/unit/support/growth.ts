import { performance } from 'node:perf_hooks'

/** How many times longer the long text is. */
const factor = 16
const shortLength = 4 * 1024
const attempts = 9

/**
 * How much longer work takes on a text of 64 KiB than on one of 4 KiB: about 16 times where it is
 * linear, about 256 times where it is quadratic. The fastest of several attempts counts, so that a
 * busy machine changes little.
 */
export function growthOf(work: (text: string) => unknown, pattern: string): number {
  const short = pattern.repeat(Math.ceil(shortLength / pattern.length))
  const long = short.repeat(factor)
  fastest(work, short)
  const [onShort, onLong] = [fastest(work, short), fastest(work, long)]
  return onLong / onShort
}

/** Between the two, nearer to neither. */
export const mostGrowth = 64

function fastest(work: (text: string) => unknown, text: string): number {
  let best = Infinity
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const began = performance.now()
    work(text)
    best = Math.min(best, performance.now() - began)
  }
  return best
}
