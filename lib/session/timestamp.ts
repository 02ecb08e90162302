const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/**
 * Reads an RFC 3339 date-time as milliseconds since the epoch, or `undefined` where it is none.
 * Digits below a millisecond are cut off, so an expiry is never taken for later than it is.
 *
 * `Date.parse` would do neither: it reads much else, and what it makes of it differs by engine.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function parseTimestamp(text: string): number | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const year = Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3])
  const hour = Number(match[4])
  const minute = Number(match[5])
  const second = Number(match[6])
  const offsetHour = Number(match[9] ?? 0)
  const offsetMinute = Number(match[10] ?? 0)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  // 60 is a leap second; it counts as the second after it.
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) {
    return undefined
  }
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute)
  const fraction = Number((match[7] ?? '.').slice(1, 4).padEnd(3, '0'))
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  const days = new Date(0).setUTCFullYear(year, month - 1, day)
  return days + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}
