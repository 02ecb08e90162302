import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseTimestamp } from '../../../lib/session/rfc3339.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

type Parse = (text: string) => number | undefined

interface DateTime {
  readonly date: readonly [year: number, month: number, day: number]
  readonly time: readonly [hour: number, minute: number, second: number]
  readonly fraction: string
  readonly zone: string
  readonly letter: string
}

const two = (value: number): string => String(value).padStart(2, '0')
const isLeap = (year: number): boolean => year % 400 === 0 || (year % 4 === 0 && year % 100 !== 0)
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const daysIn = (year: number, month: number): number =>
  monthLengths[month - 1]! + (month === 2 && isLeap(year) ? 1 : 0)

const date = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: 0, max: 9999 }),
      fc.constantFrom(0, 4, 99, 100, 1900, 1969, 2000, 2024),
    ),
    fc.integer({ min: 1, max: 12 }),
  )
  .chain(([year, month]) =>
    fc
      .oneof(
        fc.integer({ min: 1, max: daysIn(year, month) }),
        fc.constantFrom(1, daysIn(year, month)),
      )
      .map((day) => [year, month, day] as const),
  )
const dateTime: fc.Arbitrary<DateTime> = fc.record({
  date,
  time: fc.tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(60)),
  ),
  fraction: fc.oneof(
    fc.constant(''),
    fc
      .string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 12 })
      .map((digits) => `.${digits}`),
  ),
  zone: fc.oneof(
    fc.constantFrom('Z', 'z'),
    fc
      .tuple(
        fc.constantFrom('+', '-'),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
      )
      .map(([sign, hour, minute]) => `${sign}${two(hour)}:${two(minute)}`),
  ),
  letter: fc.constantFrom('T', 't'),
})

function write({ date: [year, month, day], time, fraction, zone, letter }: DateTime): string {
  const fullDate = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return `${fullDate}${letter}${time.map(two).join(':')}${fraction}${zone}`
}

/** Counts days one year and one month at a time, in whole numbers of picoseconds. */
function count({
  date: [year, month, day],
  time: [hour, minute, second],
  fraction,
  zone,
}: DateTime) {
  let days = BigInt(day - 1)
  for (let before = 1; before < month; before += 1) days += BigInt(daysIn(year, before))
  for (let before = 1970; before < year; before += 1) days += isLeap(before) ? 366n : 365n
  for (let after = year; after < 1970; after += 1) days -= isLeap(after) ? 366n : 365n
  const offset = /^[zZ]$/.test(zone)
    ? 0n
    : BigInt(`${zone[0]!}1`) * (BigInt(zone.slice(1, 3)) * 60n + BigInt(zone.slice(4)))
  const minutes = (days * 24n + BigInt(hour)) * 60n + BigInt(minute) - offset
  const picoseconds = (minutes * 60n + BigInt(second)) * 10n ** 12n
  const whole = picoseconds + BigInt(fraction.slice(1).padEnd(12, '0'))
  const perMillisecond = 10n ** 9n
  // Rounded down, before 1970 too.
  return Number(
    (whole - (((whole % perMillisecond) + perMillisecond) % perMillisecond)) / perMillisecond,
  )
}

/** What makes one that is none, and whether it can be made of this one. */
const spoilers: Record<string, (text: string, parts: DateTime) => string> = {
  'month 00': (text) => text.replace(/-\d\d-/, '-00-'),
  'month 13': (text) => text.replace(/-\d\d-/, '-13-'),
  'day 00': (text) => text.replace(/-\d\d(?=[Tt])/, '-00'),
  'a day too many': (text, { date: [year, month] }) =>
    text.replace(/-\d\d(?=[Tt])/, `-${two(daysIn(year, month) + 1)}`),
  'hour 24': (text) => text.replace(/([Tt])\d\d/, '$124'),
  'minute 60': (text) => text.replace(/([Tt]\d\d:)\d\d/, '$160'),
  'second 61': (text) => text.replace(/([Tt]\d\d:\d\d:)\d\d/, '$161'),
  'offset 24:00': (text) => text.replace(/(?:[Zz]|[+-]\d\d:\d\d)$/, '+24:00'),
  'offset 00:60': (text) => text.replace(/(?:[Zz]|[+-]\d\d:\d\d)$/, '-00:60'),
  'an offset without a colon': (text) => text.replace(/(?:[Zz]|[+-]\d\d:\d\d)$/, '+0100'),
  'no offset': (text) => text.replace(/(?:[Zz]|[+-]\d\d:\d\d)$/, ''),
  'a blank for the T': (text) => text.replace(/[Tt]/, ' '),
  'a point without digits': (text) => text.replace(/(:\d\d)(?:\.\d+)?(?=[Zz+-])/, '$1.'),
  'a comma for the point': (text) => text.replace(/(:\d\d)(?:\.\d+)?(?=[Zz+-])/, '$1,5'),
  'a fraction of a minute': (text) => text.replace(/(\d\d:\d\d):\d\d(?:\.\d+)?/, '$1.5'),
  'other digits': (text) => text.replace(/^\d/, '٣'),
  'a blank before': (text) => ` ${text}`,
  'a line break behind': (text) => `${text}\n`,
}
// Everything up to the fraction has its fixed position: one character less or one digit more spoils it.
const head = '2022-12-01T13:50:30'.length
const spoiled = fc.oneof(
  fc
    .tuple(dateTime, fc.constantFrom(...Object.values(spoilers)))
    .map(([parts, spoil]) => spoil(write(parts), parts)),
  fc
    .tuple(dateTime, fc.nat(head - 1))
    .map(([parts, at]) => write(parts).slice(0, at) + write(parts).slice(at + 1)),
  fc
    .tuple(dateTime, fc.nat(head - 1), fc.constantFrom(...'019-:T. '))
    .map(([parts, at, more]) => write(parts).slice(0, at) + more + write(parts).slice(at)),
)

const readsEach = (parse: Parse) =>
  fc.property(dateTime, (parts) => {
    expect(parse(write(parts))).toBe(count(parts))
  })
const refusesEach = (parse: Parse) =>
  fc.property(spoiled, (text) => {
    expect(parse(text)).toBeUndefined()
  })

describe('date-times of RFC 3339', () => {
  it('are read as an independent count has them', async () => {
    await expectHolds(readsEach(parseTimestamp), 1_000)
  })

  it('are refused once they are spoiled', async () => {
    await expectHolds(refusesEach(parseTimestamp), 1_500)
  })

  const dateParse: Parse = (text) => Date.parse(text) || undefined

  it.each<[string, Parse]>([
    ['is Date.parse', dateParse],
    [
      'rounds to the nearest millisecond',
      (text) =>
        parseTimestamp(text.replace(/(\.\d{3})[5-9]\d*/, '$1'))! +
        Number(/\.\d{3}[5-9]/.test(text)),
    ],
    ['passes over the offset', (text) => parseTimestamp(text.replace(/[+-]\d\d:\d\d$/, 'Z'))],
    ['turns the offset round', (text) => parseTimestamp(text.replace(/\+(?=\d\d:\d\d$)/, '-'))],
    ['takes the year 99 for 1999', (text) => parseTimestamp(text.replace(/^00(?=\d\d-)/, '19'))],
    ['knows no leap second', (text) => (text.includes(':60') ? undefined : parseTimestamp(text))],
    ['knows capitals alone', (text) => (/[tz]/.test(text) ? undefined : parseTimestamp(text))],
    [
      'reads three digits as milliseconds whatever their number',
      (text) => parseTimestamp(text.replace(/\.(\d)(?=\D)/, '.00$1')),
    ],
    [
      'knows a leap year in each fourth',
      (text) => parseTimestamp(text)! + (/^(?:1900|0100)-(?!0[12])/.test(text) ? 86_400_000 : 0),
    ],
  ])('can be distinguished from what one makes of them that %s', async (_title, broken) => {
    await expectRefuted(readsEach(broken))
  })

  it.each<[string, Parse]>([
    ['is Date.parse', dateParse],
    ['trims', (text) => parseTimestamp(text.trim())],
    ['takes a blank for the T', (text) => parseTimestamp(text.replace(/^(.{10}) /, '$1T'))],
    [
      'goes on to the next month',
      (text) => parseTimestamp(text.replace(/^(\d{4}-\d\d)-(?:29|3[012])/, '$1-28')),
    ],
    ['counts the day 00', (text) => parseTimestamp(text.replace(/^(\d{4}-\d\d)-00/, '$1-01'))],
    ['counts the hour 24', (text) => parseTimestamp(text.replace(/([Tt])24/, '$100'))],
    ['counts the second 61', (text) => parseTimestamp(text.replace(/:61/, ':00'))],
    ['bounds no offset', (text) => parseTimestamp(text.replace(/\+24:00$/, '+00:00'))],
    ['needs no offset', (text) => parseTimestamp(text) ?? parseTimestamp(`${text}Z`)],
    [
      'needs no colon in the offset',
      (text) => parseTimestamp(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')),
    ],
  ])('can be distinguished from what one lets pass that %s', async (_title, broken) => {
    await expectRefuted(refusesEach(broken))
  })
})
