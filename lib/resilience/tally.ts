/** Counts by name, and keeps no name whose count is nothing. */
export interface Tally<Name> {
  add(name: Name): void
  remove(name: Name): void
  count(name: Name): number
}

export function createTally<Name>(counts = new Map<Name, number>()): Tally<Name> {
  const count = (name: Name): number => counts.get(name) ?? 0

  return {
    add(name) {
      counts.set(name, count(name) + 1)
    },
    remove(name) {
      const left = count(name) - 1
      if (left > 0) counts.set(name, left)
      else counts.delete(name)
    },
    count,
  }
}
