/** Numbers that are the same for the same seed. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `count`. */
  below(count: number): number
  between(least: number, most: number): number
  chance(share: number): boolean
  /** @throws RangeError for an empty list */
  pick<T>(list: readonly T[]): T
  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name
  /** A position in a list of `count`, the n-th with a weight of 1/n (Zipf's law). */
  zipf(count: number): number
  /** Another source, which is the same for the same seed however often this one is asked later. */
  fork(): Random
}

/** Mulberry32: 32 bits of state, and good enough to choose by. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)

  return {
    next,
    below,
    between: (least, most) => least + next() * (most - least),
    chance: (share) => next() < share,
    pick(list) {
      const [chosen] = list.slice(below(list.length))
      if (chosen === undefined) throw new RangeError('Nothing to pick from')
      return chosen
    },
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>) {
      const entries = Object.entries(weights) as [Name, number][]
      let point = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        point -= weight
        if (point < 0) return name
      }
      return entries.at(-1)![0]
    },
    zipf(count) {
      // The inverse of the integral of 1/x, which is near enough to the sum.
      return Math.min(Math.floor((count + 1) ** next()) - 1, count - 1)
    },
    fork: () => createRandom(below(2 ** 32)),
  }
}
