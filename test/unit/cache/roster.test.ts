import { describe, expect, it } from '@jest/globals'
import { createRoster } from '../../../lib/cache/roster.js'

describe('createRoster', () => {
  it('gives what was set last', () => {
    const roster = createRoster<number>()
    roster.set('a', 1)
    roster.set('b', 2)
    roster.set('a', 3)
    expect([roster.get('a'), roster.get('b'), roster.get('c')]).toEqual([3, 2, undefined])
    expect(roster.values().sort()).toEqual([2, 3])
    expect(roster.size()).toBe(2)
  })

  it('forgets, once, what is deleted', () => {
    const roster = createRoster<number>()
    roster.set('a', 1)
    roster.set('b', 2)
    roster.delete('a')
    roster.delete('a')
    roster.delete('c')
    expect([roster.get('a'), roster.size(), roster.values()]).toEqual([undefined, 1, [2]])
    roster.set('a', 4)
    expect([roster.get('a'), roster.size()]).toEqual([4, 2])
  })

  it('tells apart keys that begin alike', () => {
    const names = ['ka', 'kb', 'kc', 'kd']
    for (const gone of names) {
      const roster = createRoster<string>()
      for (const name of names) roster.set(name, `of ${name}`)
      roster.delete(gone)
      const left = names.filter((name) => name !== gone)
      expect(names.filter((name) => roster.get(name) === `of ${name}`)).toEqual(left)
      expect(roster.values().sort()).toEqual(left.map((name) => `of ${name}`))
      roster.set('kc', 'new')
      expect(roster.get('kc')).toBe('new')
    }
  })

  it.each(['toString', '__proto__', 'constructor', '0', ''])(
    'has no %j but one that was set',
    (name) => {
      const roster = createRoster<number>()
      expect(roster.get(name)).toBeUndefined()
      roster.delete(name)
      expect(roster.size()).toBe(0)
      roster.set(name, 1)
      expect([roster.get(name), roster.size(), roster.values()]).toEqual([1, 1, [1]])
      roster.delete(name)
      expect([roster.get(name), roster.size(), roster.values()]).toEqual([undefined, 0, []])
    },
  )
})
