import type { Key } from '../credential/cache-key.js'

/** Finds the key in our memory of a credential that another process knows by its records. */
export interface KeyIndex {
  /** Remembers a credential while Ory is asked about it. */
  begin(records: readonly string[], key: Key): void
  end(records: readonly string[]): void
  /** Remembers a live one for as long as it is held, and others for a while. */
  add(records: readonly string[], key: Key): void
  find(record: string): Key | undefined
}

/**
 * A record's name is random: six bytes of it, as a number, are enough to tell thousands apart, and take
 * a third of the memory of the name. If two names share them, a credential is asked about once more.
 *
 * `isHeld`: whether this process still has something of a key that a revocation must end.
 */
export function createKeyIndex(max: number, isHeld: (key: Key) => boolean): KeyIndex {
  // Apart from the others, or a flood of unknown credentials would push out the live ones.
  const underWay = new Map<string, Key>()
  // The older map goes as a whole: no upkeep for each session that is evicted. Before that, what is held
  // moves on: without this, a session in use would outlive its name here once many others come by.
  let younger = new Map<number, Key>()
  let older = new Map<number, Key>()
  let unmoved = older.entries()

  /** Moves on a few at a time, since a large map would stop the process. Returns whether all have moved. */
  function moveOn(count: number): boolean {
    for (let moved = 0; moved < count; moved += 1) {
      const { done, value } = unmoved.next()
      if (done === true) return true
      const [record, key] = value
      if (!younger.has(record) && isHeld(key)) younger.set(record, key)
    }
    return false
  }

  return {
    begin(records, key) {
      for (const record of records) underWay.set(record, key)
    },
    end(records) {
      for (const record of records) underWay.delete(record)
    },
    add(records, key) {
      if (moveOn(2 * records.length) && younger.size >= max * records.length) {
        older = younger
        unmoved = older.entries()
        younger = new Map()
      }
      for (const record of records) younger.set(shorten(record), key)
    },
    find(record) {
      const short = shorten(record)
      return underWay.get(record) ?? younger.get(short) ?? older.get(short)
    },
  }
}

function shorten(record: string): number {
  return Buffer.from(record.slice(-8), 'base64url').readUIntBE(0, 6)
}
