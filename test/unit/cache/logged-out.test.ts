import { describe, expect, it } from '@jest/globals'
import { createLoggedOut } from '../../../lib/cache/logged-out.js'
import { clocks } from './entries.js'

function open(max = 10) {
  const { clock, cacheClock } = clocks()
  return { clock, loggedOut: createLoggedOut(max, cacheClock) }
}

describe('createLoggedOut', () => {
  it.each([true, false])('knows a logout for a minute, known before: %s', (isKnown) => {
    const { clock, loggedOut } = open()
    loggedOut.add('k', isKnown)
    clock.advance(59_999)
    expect([loggedOut.has('k'), loggedOut.has('other')]).toEqual([true, false])
    clock.advance(1)
    expect(loggedOut.has('k')).toBe(false)
  })

  it('keeps the last `max` logouts at least, each by its credential and its session', () => {
    const { loggedOut } = open(3)
    const names = [1, 2, 3, 4, 5].map((number) => [`key ${number}`, `session ${number}`])
    for (const name of names.flat()) loggedOut.add(name, true)
    expect(names.slice(-3).flat().filter(loggedOut.has)).toHaveLength(6)
  })

  it('lets logouts of unknown credentials push out none of a known session', () => {
    const { loggedOut } = open()
    loggedOut.add('k', true)
    for (let count = 0; count < 100; count += 1) loggedOut.add(`other ${count}`, false)
    expect(['k', 'other 99', 'other 0'].map(loggedOut.has)).toEqual([true, true, false])
  })

  it('forgets all', () => {
    const { loggedOut } = open()
    loggedOut.add('k', true)
    loggedOut.add('l', false)
    loggedOut.clear()
    expect(['k', 'l'].map(loggedOut.has)).toEqual([false, false])
  })
})
