import type { Key } from '../credential/cache-key.js'

/**
 * What is known by key and comes and goes all the time. A `Map` makes itself new tables for that, and V8
 * links each old one to the next: one that lived through a lull keeps all that come after it, with all
 * that was in them, until the next full collection. And a key that names a property of an object is
 * put into V8's table of names, which takes ten times as long as to look it up here.
 */
export interface Roster<Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
  delete(key: Key): void
  values(): Value[]
  readonly size: () => number
}

/** One of a chain, and what comes after it. */
interface Link<Value> {
  readonly key: Key
  value: Value
  next: Link<Value> | undefined
}

/** How many chains there are: a power of two. */
const chains = 256

export function createRoster<Value>(): Roster<Value> {
  const first = Array<Link<Value> | undefined>(chains).fill(undefined)
  let size = 0

  // The first byte of a hash is as good as random.
  const chainOf = (key: Key): number => key.charCodeAt(0) & (chains - 1)

  function find(key: Key): Link<Value> | undefined {
    let link = first[chainOf(key)]
    while (link !== undefined && link.key !== key) link = link.next
    return link
  }

  return {
    get: (key) => find(key)?.value,
    set(key, value) {
      const link = find(key)
      if (link !== undefined) {
        link.value = value
        return
      }
      const chain = chainOf(key)
      first[chain] = { key, value, next: first[chain] }
      size += 1
    },
    delete(key) {
      const gone = find(key)
      if (gone === undefined) return
      const chain = chainOf(key)
      if (first[chain] === gone) first[chain] = gone.next
      for (let link = first[chain]; link !== undefined; link = link.next) {
        if (link.next === gone) link.next = gone.next
      }
      size -= 1
    },
    values() {
      const values: Value[] = []
      for (let link of first) for (; link !== undefined; link = link.next) values.push(link.value)
      return values
    },
    size: () => size,
  }
}
