import type { Entry } from './entry.js'

/** Of how many entries the session stays as it is, though nobody has asked for it a second time. */
const ringSize = 64

/**
 * The entries that were kept last. Who comes back mostly does so at once; what is not asked for by the
 * time that so many others came is folded into its text. A session is some fifty objects, and to carry
 * them through two collections into the old space costs more than to read that text again.
 */
export interface Newest {
  add(entry: Entry): void
  /** Lets go of one that is kept no more, if it is still here. */
  remove(entry: Entry): void
}

export function createNewest(): Newest {
  const entries: (Entry | undefined)[] = []
  /** Where the oldest is. */
  let next = 0

  return {
    add(entry) {
      entries[next]?.fold()
      entries[next] = entry
      next = (next + 1) % ringSize
    },
    remove(entry) {
      const place = entries.indexOf(entry)
      if (place !== -1) entries[place] = undefined
    },
  }
}
