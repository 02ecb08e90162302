import { describe, expect, it } from '@jest/globals'
import { createOryDate } from '../../../lib/ory/ory-date.js'
import type { Reply } from '../../../lib/ory/response.js'
import { start } from '../support/fake-clock.js'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]
const dateIn = (ms: number): string => new Date(start + ms).toUTCString()

/** By how much Ory is ahead of us, by an answer that tells of a session with an hour to live. */
function aheadBy(headers: Reply['headers'], readOryDate = createOryDate()): number {
  return readOryDate(headers, { expiresAt: start + hour }, start) - start
}

describe('createOryDate', () => {
  it.each<[string, Reply['headers'], number]>([
    ['ahead', { date: dateIn(minute) }, minute],
    ['ahead by a second', { date: dateIn(second) }, second],
    ['ahead, until the session ends', { date: dateIn(hour) }, hour],
    [
      'ahead, until moments after that',
      { date: dateIn(hour + minute - second) },
      hour + minute - second,
    ],
    ['behind, with an age that makes it ahead', { date: dateIn(-minute), age: '61' }, second],
    ['ahead, with an age', { date: dateIn(minute), age: '150' }, minute + 150 * second],
    [
      'ahead, with an age that ends at the end of the session',
      { date: dateIn(0), age: '3600' },
      hour,
    ],
  ])('is what Date says where that is %s', (_title, headers, expected) => {
    expect(aheadBy(headers)).toBe(expected)
  })

  it.each<[string, Reply['headers']]>([
    ['is missing', {}],
    ['says the same', { date: dateIn(0) }],
    ['is behind', { date: dateIn(-second) }],
    ['is behind, with too small an age', { date: dateIn(-minute), age: '60' }],
    ['is past the end of the session for a minute', { date: dateIn(hour + minute) }],
    ['is years past it', { date: dateIn(1e6 * hour) }],
    ['is past it, with an age', { date: dateIn(hour + minute), age: '1' }],
    ['is our own, with an age past the end of the session', { date: dateIn(0), age: '7200' }],
    [
      'is within the life of the session, with an age past it',
      { date: dateIn(minute), age: '3600' },
    ],
    ['is none', { date: 'soon' }],
    ['is empty', { date: '' }],
    ['is what an invalid one would be written as', { date: 'Invalid Date' }],
    ['is in another form', { date: new Date(start + minute).toISOString() }],
    ['is in the form of RFC 850', { date: 'Friday, 02-Jan-26 03:05:05 GMT' }],
    ['is in the form of asctime', { date: 'Fri Jan  2 03:05:05 2026' }],
    ['is of another zone', { date: dateIn(minute).replace('GMT', 'UTC') }],
    ['names the wrong weekday', { date: dateIn(minute).replace('Fri', 'Mon') }],
    ['is of a day that is none', { date: 'Fri, 30 Feb 2026 03:05:05 GMT' }],
    ['has something behind it', { date: `${dateIn(minute)} ` }],
    ['is a list of one', { date: [dateIn(minute)] }],
    ['is repeated', { date: [dateIn(minute), dateIn(minute)] }],
    ['is repeated in one line', { date: `${dateIn(minute)}, ${dateIn(minute)}` }],
  ])('is nothing where Date %s', (_title, headers) => {
    expect(aheadBy(headers)).toBe(-Infinity)
  })

  it.each(['', '-1', '1.5', '1e9', '60, 60', ' 60', '9999999999', ['60'], ['60', '60']])(
    'takes an Age of %p for none',
    (age) => {
      expect(aheadBy({ date: dateIn(minute), age })).toBe(minute)
    },
  )

  it('reads each answer for itself, also where many have the same Date', () => {
    const readOryDate = createOryDate()
    const [early, late] = [{ date: dateIn(minute) }, { date: dateIn(hour) }]
    const all = [early, early, late, early, {}, { date: 'soon' }, { ...early, age: '1' }, late]
    expect(all.map((headers) => aheadBy(headers, readOryDate))).toEqual([
      ...[minute, minute, hour, minute],
      ...[-Infinity, -Infinity, minute + second, hour],
    ])
  })
})
