import { describe, expect, it } from '@jest/globals'
import { createScout } from '../../../lib/resilience/scout.js'
import { createFakeClock } from '../support/fake-clock.js'
import { standOf } from '../ory/question.js'

/** So many callers in noteDoubt, whose calls were asked before another caller turned out live. */
function open(inDoubt: number) {
  const clock = createFakeClock()
  const scout = createScout(clock)
  for (let caller = 0; caller < inDoubt; caller += 1) {
    scout.enter()
    scout.noteDoubt()
  }
  scout.noteLive()
  return { clock, ...scout }
}

describe('createScout', () => {
  it('sends one of three callers that are in noteDoubt at once', () => {
    const { claim } = open(3)
    expect([claim(1), claim(2), claim(3)]).toEqual([true, false, false])
  })

  it('sends none of two, nor of those that come one after the other', () => {
    expect(open(2).claim(1)).toBe(false)
    const { noteDoubt, endDoubt, claim } = open(2)
    endDoubt()
    noteDoubt()
    expect(claim(1)).toBe(false)
  })

  it('sends none if no unknown caller was live since its own call was asked', () => {
    const { enter, noteDoubt, claim, noteLive } = open(9)
    const number = enter()
    noteDoubt()
    expect(claim(number)).toBe(false)
    noteLive()
    expect(claim(number)).toBe(true)
  })

  it('tells three calls under way from two', () => {
    const { enter, leave, areSeveral } = open(2)
    expect(areSeveral()).toBe(false)
    enter()
    expect(areSeveral()).toBe(true)
    leave()
    expect(areSeveral()).toBe(false)
  })

  it('sends one a minute at most, and none while one looks', () => {
    const { clock, claim, end } = open(9)
    claim(1)
    clock.advance(60_000)
    expect(claim(1)).toBe(false)
    end()
    expect(claim(1)).toBe(true)
    end()
    clock.advance(59_999)
    expect(claim(1)).toBe(false)
    clock.advance(1)
    expect(claim(1)).toBe(true)
  })

  it('lets the others wait until it has looked', async () => {
    const { claim, end, wait } = open(3)
    expect(await standOf([wait()])).toEqual(['done'])
    claim(1)
    const waiting = [wait(), wait()]
    expect(await standOf(waiting)).toEqual(['pending', 'pending'])
    end()
    expect(await standOf(waiting)).toEqual(['done', 'done'])
  })
})
