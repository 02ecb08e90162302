import { describe, expect, it } from '@jest/globals'
import { createIdentityIndex, type Holding } from '../../../lib/cache/identity-index.js'

const holding = (key: string, identityId = 'i', sessionId = 's', weight = 1): Holding => ({
  ...{ key, identityId, sessionId, weight },
})

function open(share: number, ...holdings: readonly Holding[]) {
  const index = createIdentityIndex(share)
  holdings.forEach(index.add)
  return {
    index,
    ofIdentity: (identity = 'i') =>
      index
        .of({ identity })
        .map(({ key }) => key)
        .join(''),
    ofSession: (session = 's') =>
      index
        .of({ session })
        .map(({ key }) => key)
        .join(''),
  }
}

describe('createIdentityIndex', () => {
  it('lists credentials by identity and by session, and no others', () => {
    const { ofIdentity, ofSession } = open(
      10,
      holding('a'),
      holding('b', 'i', 't'),
      holding('c', 'j', 'u'),
      holding('d'),
    )
    expect([ofIdentity('i'), ofIdentity('j'), ofIdentity('s')]).toEqual(['abd', 'c', ''])
    expect(['s', 't', 'u', 'i'].map(ofSession)).toEqual(['ad', 'b', 'c', ''])
  })

  it('lists credentials by ids that end in any letter, and by one of no letters', () => {
    const ids = ['', ...Array.from({ length: 300 }, (_, code) => `x${String.fromCharCode(code)}`)]
    const all = ids.map((id, number) => holding(String(number), id, id))
    const { index, ofIdentity, ofSession } = open(10, ...all)
    const numbers = ids.map((_, number) => String(number))
    expect([ids.map(ofIdentity), ids.map(ofSession)]).toEqual([numbers, numbers])
    all.forEach(index.remove)
    expect(new Set([...ids.map(ofIdentity), ...ids.map(ofSession)])).toEqual(new Set(['']))
  })

  it.each([1, 2, 3])('lists no more what is removed, of %d', (count) => {
    const all = [...'abc'].slice(0, count).map((key) => holding(key))
    const { index, ofIdentity, ofSession } = open(10, ...all)
    while (all.length > 0) {
      index.remove(all.shift()!)
      const left = all.map(({ key }) => key).join('')
      expect([ofIdentity(), ofSession()]).toEqual([left, left])
    }
    index.add(holding('z'))
    expect([ofIdentity(), ofSession()]).toEqual(['z', 'z'])
  })

  it('has no excess up to a share, and then the oldest', () => {
    const [a, b, c] = [...'abc'].map((key) => holding(key)) as [Holding, Holding, Holding]
    const { index } = open(2, a, b, holding('other', 'j'))
    expect(index.excessOf('i')).toBeUndefined()
    index.add(c)
    expect([index.excessOf('i'), index.excessOf('j')]).toEqual(['a', undefined])
    index.touch(a)
    expect(index.excessOf('i')).toBe('b')
    index.remove(b)
    expect(index.excessOf('i')).toBeUndefined()
    expect(index.excessOf('nobody')).toBeUndefined()
  })

  it('counts weights', () => {
    const [a, b] = [holding('a', 'i', 's', 3), holding('b', 'i', 't', 2.5)]
    const { index } = open(5, a, b)
    expect(index.excessOf('i')).toBe('a')
    index.remove(a)
    index.add(holding('c', 'i', 'u', 2.5))
    expect(index.excessOf('i')).toBeUndefined()
    index.add(holding('d', 'i', 'u', 0.5))
    expect(index.excessOf('i')).toBe('b')
  })

  it('takes no part in what is alone', () => {
    const a = holding('a', 'i', 's', 99)
    const { index, ofIdentity } = open(5, a)
    index.touch(a)
    expect([index.excessOf('i'), ofIdentity()]).toEqual([undefined, 'a'])
  })
})
