/**
 * A map for what comes and goes all the time. Where a `Map` makes itself a larger or a smaller table,
 * V8 links the old one to the new. One that lived through a lull then keeps all that come after it
 * until the next full collection, and all that was in them. The properties of an object have no
 * such links.
 */
export interface Roster<Value> {
  get(name: string): Value | undefined
  set(name: string, value: Value): void
  delete(name: string): void
  values(): Value[]
  readonly size: () => number
}

export function createRoster<Value>(): Roster<Value> {
  // Without a prototype there are no names in it but ours.
  const byName = Object.create(null) as Record<string, Value>
  let size = 0

  return {
    get: (name) => byName[name],
    set(name, value) {
      if (!(name in byName)) size += 1
      byName[name] = value
    },
    delete(name) {
      if (!(name in byName)) return
      size -= 1
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- what a Map's delete is for
      delete byName[name]
    },
    values: () => Object.values(byName),
    size: () => size,
  }
}
