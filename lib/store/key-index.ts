import type { Key } from '../credential/cache-key.js'

/** Finds the key in our memory of a credential that another process knows by its records. */
export interface KeyIndex {
  /** Remembers a credential while Ory is asked about it. */
  begin(records: readonly string[], key: Key): void
  end(records: readonly string[]): void
  /** Remembers a live one at least while `max` others are remembered after it. */
  add(records: readonly string[], key: Key): void
  find(record: string): Key | undefined
}

/**
 * A record's name is random: six bytes of it, as a number, are enough to tell thousands apart, and take
 * a third of the memory of the name. If two names share them, a credential is asked about once more.
 */
export function createKeyIndex(max: number): KeyIndex {
  // Apart from the others, or a flood of unknown credentials would push out the live ones.
  const underWay = new Map<string, Key>()
  // Once the younger map is full, the older goes as a whole: no upkeep for each session that is evicted.
  let younger = new Map<number, Key>()
  let older = new Map<number, Key>()

  return {
    begin(records, key) {
      for (const record of records) underWay.set(record, key)
    },
    end(records) {
      for (const record of records) underWay.delete(record)
    },
    add(records, key) {
      if (younger.size >= max * records.length) {
        older = younger
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
