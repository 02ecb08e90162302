const form = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/

/** The calendar repeats itself after so many years. */
const cycleYears = 400
const cycleMs = 146_097 * 24 * 60 * 60 * 1000

/**
 * Reads an RFC 3339 date-time as milliseconds since the epoch, or `undefined` if it is none.
 * Digits below a millisecond are cut off, so an expiry is never taken for later than it is.
 *
 * `Date.parse` reads much else, and what it makes of that differs by engine.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function parseTimestamp(text: string): number | undefined {
  // Each field has its position, and to read it there takes a third of what it takes to capture it.
  if (!form.test(text)) return undefined
  const year = readDigits(text, 0, 4)
  const month = readDigits(text, 5, 7)
  const day = readDigits(text, 8, 10)
  const hour = readDigits(text, 11, 13)
  const minute = readDigits(text, 14, 16)
  const second = readDigits(text, 17, 19)
  const offset = readOffset(text)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  // 60 is a leap second; it counts as the second after it.
  if (hour > 23 || minute > 59 || second > 60 || offset === undefined) return undefined
  // A cycle later, since Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const later = Date.UTC(year + cycleYears, month - 1, day, hour, minute - offset, second)
  return later - cycleMs + readMilliseconds(text)
}

function readDigits(text: string, from: number, to: number): number {
  let value = 0
  for (let index = from; index < to; index += 1) value = value * 10 + digitAt(text, index)
  return value
}

function digitAt(text: string, index: number): number {
  return text.charCodeAt(index) - 48
}

/** Minutes that local time is ahead of UTC, or `undefined` past 23:59. */
function readOffset(text: string): number | undefined {
  const start = text.length - '+00:00'.length
  const sign = text.charAt(start)
  if (sign !== '+' && sign !== '-') return 0
  const hour = readDigits(text, start + 1, start + 3)
  const minute = readDigits(text, start + 4, start + 6)
  if (hour > 23 || minute > 59) return undefined
  return (sign === '-' ? -1 : 1) * (hour * 60 + minute)
}

function readMilliseconds(text: string): number {
  const point = 19
  if (text.charAt(point) !== '.') return 0
  let value = 0
  for (let index = point + 1, unit = 100; index < point + 4; index += 1, unit /= 10) {
    const digit = digitAt(text, index)
    // What is no digit is the end of them.
    if (!(digit >= 0 && digit <= 9)) break
    value += digit * unit
  }
  return value
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}
