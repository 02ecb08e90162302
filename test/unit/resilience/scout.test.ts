import { describe, expect, it } from '@jest/globals'
import { createScout } from '../../../lib/resilience/scout.js'
import { createFakeClock } from '../support/fake-clock.js'
import { standOf } from '../ory/question.js'

function open(inDoubt: number) {
  const clock = createFakeClock()
  const scout = createScout(clock)
  for (let caller = 0; caller < inDoubt; caller += 1) scout.enter()
  return { clock, ...scout }
}

describe('createScout', () => {
  it('sends one of three callers that are in doubt at once', () => {
    const { claim } = open(3)
    expect([claim(), claim(), claim()]).toEqual([true, false, false])
  })

  it('sends none of two, nor of those that come one after the other', () => {
    expect(open(2).claim()).toBe(false)
    const { enter, leave, claim } = open(2)
    leave()
    enter()
    expect(claim()).toBe(false)
  })

  it('sends one a second at most, and none while one looks', () => {
    const { clock, claim, end } = open(9)
    claim()
    clock.advance(1_000)
    expect(claim()).toBe(false)
    end()
    expect(claim()).toBe(true)
    end()
    clock.advance(999)
    expect(claim()).toBe(false)
    clock.advance(1)
    expect(claim()).toBe(true)
  })

  it('lets the others wait until it has looked', async () => {
    const { claim, end, wait } = open(3)
    expect(await standOf([wait()])).toEqual(['done'])
    claim()
    const waiting = [wait(), wait()]
    expect(await standOf(waiting)).toEqual(['pending', 'pending'])
    end()
    expect(await standOf(waiting)).toEqual(['done', 'done'])
  })
})
