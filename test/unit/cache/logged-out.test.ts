import { describe, expect, it } from '@jest/globals'
import { createLoggedOut } from '../../../lib/cache/logged-out.js'
import { createFakeClock } from '../support/fake-clock.js'

function open(max = 10) {
  const clock = createFakeClock()
  return { clock, loggedOut: createLoggedOut(max, 1_000, clock) }
}

describe('createLoggedOut', () => {
  it('knows what was noted, and nothing else', () => {
    const { loggedOut } = open()
    loggedOut.note('a')
    expect([loggedOut.has('a'), loggedOut.has('b')]).toEqual([true, false])
  })

  it.each(['shiftWall', 'shiftMonotonic'] as const)(
    'counts a note for its time, by whichever clock is ahead, %s',
    (move) => {
      const { loggedOut, clock } = open()
      loggedOut.note('a')
      clock[move](999)
      expect(loggedOut.has('a')).toBe(true)
      clock[move](1)
      expect(loggedOut.has('a')).toBe(false)
    },
  )

  it('counts from the last note', () => {
    const { loggedOut, clock } = open()
    loggedOut.note('a')
    clock.advance(600)
    loggedOut.note('a')
    clock.advance(600)
    expect(loggedOut.has('a')).toBe(true)
  })

  it('lets the oldest go where there is no more room', () => {
    const { loggedOut } = open(2)
    for (const name of 'abc') loggedOut.note(name)
    expect([...'abc'].map((name) => loggedOut.has(name))).toEqual([false, true, true])
  })

  it('forgets all', () => {
    const { loggedOut } = open()
    loggedOut.note('a')
    loggedOut.clear()
    expect(loggedOut.has('a')).toBe(false)
  })
})
