import { describe, expect, it } from '@jest/globals'
import { createNewest } from '../../../lib/cache/newest.js'
import { entryOf, live } from './entries.js'

describe('createNewest', () => {
  const fill = (count: number, newest = createNewest()) => {
    const all = Array.from({ length: count }, live)
    const entries = all.map(entryOf)
    entries.forEach(newest.add)
    const stay = () => entries.map((entry, index) => entry.session === all[index]!.session)
    return { newest, entries, stay }
  }

  it('folds none of the last 64', () => {
    expect(fill(64).stay()).not.toContain(false)
  })

  it('folds those before, oldest first', () => {
    expect(fill(65).stay().indexOf(true)).toBe(1)
    expect(fill(150).stay().indexOf(true)).toBe(150 - 64)
    expect(fill(150).stay().lastIndexOf(false)).toBe(150 - 65)
  })

  it('lets go of what is removed, and of that alone', () => {
    const { newest, entries, stay } = fill(64)
    newest.remove(entries[1]!)
    newest.remove(entryOf(live()))
    fill(3, newest)
    // The second is not folded, as it is not here; those beside it are.
    expect(stay().slice(0, 4)).toEqual([false, true, false, true])
  })
})
