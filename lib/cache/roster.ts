import type { Key } from '../credential/key.js'

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

/** What has a place, and what comes after it in the same one. */
interface Link<Value> {
  readonly key: Key
  value: Value
  next: Link<Value> | undefined
}

/** A power of two. */
const places = 256

export function createRoster<Value>(): Roster<Value> {
  const first = Array<Link<Value> | undefined>(places).fill(undefined)
  let size = 0

  // The first byte of a hash is as good as random.
  const placeOf = (key: Key): number => key.charCodeAt(0) & (places - 1)

  function find(key: Key): Link<Value> | undefined {
    let link = first[placeOf(key)]
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
      const place = placeOf(key)
      first[place] = { key, value, next: first[place] }
      size += 1
    },
    delete(key) {
      const gone = find(key)
      if (gone === undefined) return
      const place = placeOf(key)
      if (first[place] === gone) first[place] = gone.next
      for (let link = first[place]; link !== undefined; link = link.next) {
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
