import { describe, expect, it } from '@jest/globals'
import { createSuspicion } from '../../../lib/resilience/rule-of-three.js'
import { createFakeClock } from '../support/fake-clock.js'

function open() {
  const clock = createFakeClock()
  const { isOutageAfter, dispel } = createSuspicion(clock)
  const raise = (...identities: (string | undefined)[]) => identities.map(isOutageAfter)
  return { clock, raise, dispel }
}

describe('the rule of three', () => {
  it('is raised by three people whose live sessions turned 401', () => {
    expect(open().raise('a', 'b', 'c')).toEqual([false, false, true])
  })

  it('is not raised by one person, however often', () => {
    expect(open().raise('a', 'a', 'a', 'b', 'b', 'a')).toEqual(Array(6).fill(false))
  })

  it('is not raised by who was not live', () => {
    expect(open().raise(...Array<undefined>(10).fill(undefined))).toEqual(Array(10).fill(false))
    expect(open().raise('a', undefined, 'b', undefined)).toEqual(Array(4).fill(false))
  })

  it('doubts everybody while it lasts, and ends after ten seconds', () => {
    const { clock, raise } = open()
    raise('a', 'b', 'c')
    expect(raise(undefined, 'a', 'd')).toEqual([true, true, true])
    clock.shiftMonotonic(9_999)
    expect(raise(undefined)).toEqual([true])
    clock.shiftMonotonic(1)
    expect(raise(undefined, 'a', 'b')).toEqual([false, false, false])
    expect(raise('c')).toEqual([true])
  })

  it('is dispelled, and counts anew then', () => {
    const { raise, dispel } = open()
    raise('a', 'b')
    dispel()
    expect(raise('c', 'd')).toEqual([false, false])
    expect(raise('e')).toEqual([true])
    dispel()
    expect(raise(undefined, 'a', 'b')).toEqual([false, false, false])
  })

  it('forgets who turned 401 a minute ago', () => {
    const { clock, raise } = open()
    raise('a', 'b')
    clock.shiftMonotonic(60_000)
    expect(raise('c')).toEqual([true])
    const other = open()
    other.raise('a', 'b')
    other.clock.shiftMonotonic(60_001)
    expect(other.raise('c', 'd')).toEqual([false, false])
  })

  it('does not look at the wall clock', () => {
    const { clock, raise } = open()
    raise('a', 'b')
    clock.shiftWall(1e9)
    expect(raise('c')).toEqual([true])
    clock.shiftWall(-2e9)
    expect(raise(undefined)).toEqual([true])
  })
})
