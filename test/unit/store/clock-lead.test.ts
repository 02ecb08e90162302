import { expect, it } from '@jest/globals'
import { createClockLead } from '../../../lib/store/clock-lead.js'
import { createFakeClock } from '../support/fake-clock.js'

it('The lead of other clocks is the largest that a record proved, for ten minutes after the last', () => {
  const clock = createFakeClock()
  const lead = createClockLead(clock)
  expect(lead.currentMs()).toBe(0)
  lead.note(500)
  lead.note(200)
  expect(lead.currentMs()).toBe(500)
  clock.advance(599_999)
  expect(lead.currentMs()).toBe(500)
  clock.advance(1)
  expect(lead.currentMs()).toBe(0)
  lead.note(200)
  expect(lead.currentMs()).toBe(200)
})

it('The lead of other clocks does not end because our own wall clock was set', () => {
  const clock = createFakeClock()
  const lead = createClockLead(clock)
  lead.note(500)
  clock.shiftWall(3_600_000)
  expect(lead.currentMs()).toBe(500)
})
