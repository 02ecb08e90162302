import { describe, expect, it } from '@jest/globals'
import { createRuleOfThree } from '../../../lib/resilience/rule-of-three.js'
import { createFakeClock } from '../support/fake-clock.js'

function open() {
  const clock = createFakeClock()
  const { noteRefusal, noteLive, isRaised, isOver } = createRuleOfThree(clock)
  let asked = 0
  return {
    clock,
    isRaised,
    isOver,
    /** Each is asked about and turns 401, one after the other. Tells after each whether the rule is raised. */
    turn: (...identities: string[]) =>
      identities.map((identity) => {
        noteRefusal(identity, (asked += 1))
        return isRaised()
      }),
    /** A known caller is asked about, and is live. */
    live: () => noteLive((asked += 1)),
    noteLive,
    noteRefusal,
  }
}

describe('the rule of three', () => {
  it('is raised by three identities that turned 401', () => {
    expect(open().turn('a', 'b', 'c')).toEqual([false, false, true])
  })

  it('says so to the one whose 401 raised it', () => {
    const { noteRefusal } = open()
    expect(['a', 'b', 'c', 'd'].map((identity) => noteRefusal(identity, 1))).toEqual([
      false,
      false,
      true,
      false,
    ])
  })

  it('is not raised by one identity, however often', () => {
    expect(open().turn('a', 'a', 'a', 'b', 'b', 'a')).toEqual(Array(6).fill(false))
  })

  it('lasts ten seconds, and is not raised again by a mass revocation', () => {
    const { clock, turn, isRaised } = open()
    turn('a', 'b', 'c')
    clock.shiftMonotonic(9_999)
    expect(isRaised()).toBe(true)
    expect(turn('d')).toEqual([true])
    clock.shiftMonotonic(1)
    expect(turn('a', 'b', 'c', 'd', 'e', 'f')).toEqual(Array(6).fill(false))
    clock.shiftMonotonic(119_999)
    expect(turn('a', 'b', 'c')).toEqual([false, false, false])
    clock.shiftMonotonic(1)
    expect(turn('a', 'b', 'c')).toEqual([false, false, true])
  })

  it('is over when it ends by itself, until a known caller is live', () => {
    const { clock, turn, live, isOver } = open()
    expect(isOver()).toBe(false)
    turn('a', 'b', 'c')
    clock.shiftMonotonic(9_999)
    expect(isOver()).toBe(false)
    clock.shiftMonotonic(1)
    expect(isOver()).toBe(true)
    live()
    expect(isOver()).toBe(false)
  })

  it('is over for two minutes at most, so that signs of another outage count again', () => {
    const { clock, turn, isOver } = open()
    turn('a', 'b', 'c')
    clock.shiftMonotonic(10_000 + 119_999)
    expect(isOver()).toBe(true)
    clock.shiftMonotonic(1)
    expect(isOver()).toBe(false)
  })

  it('can be raised again as soon as a known caller was live', () => {
    const { clock, turn, live } = open()
    turn('a', 'b', 'c')
    clock.shiftMonotonic(10_000)
    live()
    expect(turn('a', 'b', 'c')).toEqual([false, false, true])
  })

  it('ends with a known caller who is live, and counts from the start then', () => {
    const { turn, live, isRaised } = open()
    turn('a', 'b')
    live()
    expect(turn('c', 'd')).toEqual([false, false])
    expect(turn('e')).toEqual([true])
    live()
    expect(isRaised()).toBe(false)
    expect(turn('a', 'b')).toEqual([false, false])
  })

  it('is not ended by an answer that was asked for before the last of the three turned', () => {
    const { noteRefusal, noteLive, isRaised } = open()
    noteRefusal('a', 1)
    noteRefusal('b', 6)
    noteLive(6)
    noteRefusal('c', 9)
    expect(isRaised()).toBe(true)
    // Later 401s do not keep it up.
    noteRefusal('d', 12)
    noteLive(9)
    expect(isRaised()).toBe(true)
    noteLive(10)
    expect(isRaised()).toBe(false)
  })

  it('forgets who turned 401 a minute ago', () => {
    const { clock, turn } = open()
    turn('a', 'b')
    clock.shiftMonotonic(60_000)
    expect(turn('c')).toEqual([true])
    const other = open()
    other.turn('a', 'b')
    other.clock.shiftMonotonic(60_001)
    expect(other.turn('c', 'd')).toEqual([false, false])
  })

  it('does not look at the wall clock', () => {
    const { clock, turn, isRaised } = open()
    turn('a', 'b')
    clock.shiftWall(1e9)
    expect(turn('c')).toEqual([true])
    clock.shiftWall(-2e9)
    expect(isRaised()).toBe(true)
  })
})
