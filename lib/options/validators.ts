import { IncomingMessage } from 'node:http'
import { nearestName } from '../shared/did-you-mean.js'
import { setupError } from '../shared/error-codes.js'
import { invalidItem, invalidOption } from '../shared/invalid-option.js'

/**
 * The members of a plain object, and no others: what another library has put on `Object.prototype`
 * sets no option.
 *
 * @throws TypeError if `object` is none (`expected` says what it should be), or has a key that is not in `known`.
 */
export function readMembers<T extends object>(
  name: string,
  object: T,
  known: readonly string[],
  expected?: string,
): T {
  // What it inherits would not be seen here: an `allow` of a class must not be passed over.
  if (!isPlainObject(object)) {
    // Express' types let it pass, as a handler of errors.
    if (expected === undefined && (object as unknown) instanceof IncomingMessage) {
      throw setupError(
        'ERR_ORY_CALL_MISSING',
        `${name} must be a plain object; got a request: is a call missing, as in ${callOf(name)}?`,
      )
    }
    throw invalidOption(name, expected ?? 'a plain object', object)
  }
  const own = Object.create(null) as T
  for (const key of Object.getOwnPropertyNames(object)) {
    if (!known.includes(key)) throw unknownKey(name, key, known)
    Reflect.set(own, key, Reflect.get(object, key))
  }
  return own
}

/** The call that is meant if a request comes instead of the object `name`. */
function callOf(name: string): string {
  return name === 'logout' ? "app.post('/logout', ory.logout())" : 'app.use(ory.requireSession())'
}

function unknownKey(name: string, key: string, known: readonly string[]): TypeError {
  const nearest = nearestName(key, known)
  // Few are listed whole; of many the one that is meant would be lost among them.
  const all =
    known.length > 8 ? 'docs/options.md lists what there is' : `it knows ${known.join(', ')}`
  const fix = nearest === undefined ? all : `did you mean ${nearest}?`
  return setupError('ERR_ORY_UNKNOWN_OPTION', `${name} has no "${key}"; ${fix}`)
}

/** Whether it inherits from nothing but an `Object.prototype`, be it that of another realm. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.hasOwn(prototype, 'isPrototypeOf')
}

interface Range {
  readonly min: number
  readonly max?: number
  readonly isWhole?: boolean
}

/** @throws TypeError if `value` is no finite number within the range. */
export function checkNumber(name: string, value: unknown, range: Range): number {
  const { min, max = Number.MAX_SAFE_INTEGER, isWhole = false } = range
  const isInRange = typeof value === 'number' && value >= min && value <= max
  if (!isInRange || (isWhole && !Number.isInteger(value))) {
    const kind = isWhole ? 'a whole number' : 'a number'
    const bound =
      range.max === undefined
        ? `of ${String(min)} or more`
        : `from ${String(min)} to ${String(max)}`
    throw invalidOption(name, `${kind} ${bound}`, value, numberFix(name, value, range))
  }
  return value
}

function numberFix(name: string, value: unknown, range: Range): string | undefined {
  const { min, max = Infinity, isWhole = false } = range
  const fits = (number: number): boolean =>
    number >= min && number <= max && (!isWhole || Number.isInteger(number))
  if (typeof value === 'string' && value.trim() !== '') {
    // As it comes out of an environment variable.
    if (fits(Number(value))) return `did you mean ${String(Number(value))}, without quotes?`
    const ms = millisOf(value)
    if (name.endsWith('Ms') && fits(ms))
      return `did you mean ${String(ms)}? The unit is milliseconds`
  }
  return value === Infinity && max !== Infinity ? `did you mean ${String(max)}?` : undefined
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a time that is written as `15m` or `10 s`, as other packages take it; otherwise `NaN`. */
function millisOf(text: string): number {
  const [, count, unit = ''] = /^\s*(\d+)\s*(ms|s|m|h)\s*$/.exec(text) ?? []
  return Number(count) * (unitMs[unit] ?? NaN)
}

/** @throws TypeError if `value` is no boolean. */
export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  const isText = value === 'true' || value === 'false'
  const fix = isText ? `did you mean ${value}, without quotes?` : undefined
  throw invalidOption(name, 'true or false', value, fix)
}

/** @throws TypeError if `value` is no function. */
export function checkFunction<F>(name: string, value: F): F {
  if (typeof value !== 'function') throw invalidOption(name, 'a function', value)
  return value
}

/** @throws TypeError if `value` is none of `allowed`, with the fix that `fixOf` finds. */
export function checkOneOf<T extends string>(
  name: string,
  value: unknown,
  allowed: readonly T[],
  // A function, because `authenticate` checks a policy on each request, and few values need a fix.
  fixOf: (value: unknown, allowed: readonly string[]) => string | undefined = nearestFix,
): T {
  const found = allowed.find((item) => item === value)
  if (found !== undefined) return found
  const expected = allowed.map((item) => `'${item}'`).join(' or ')
  throw invalidOption(name, expected, value, fixOf(value, allowed))
}

/**
 * Checks a list of at least one item that `isItem` accepts. `fixOf` tells the likeliest fix of an item
 * that it does not accept.
 *
 * @throws TypeError that shows the first wrong item
 */
export function checkList<T>(
  name: string,
  value: unknown,
  expected: string,
  isItem: (item: unknown) => item is T,
  fixOf: (item: unknown) => string | undefined = () => undefined,
): readonly T[] {
  // `every` skips the holes of a sparse list, so take a copy, which has `undefined` in them.
  const items: unknown[] = Array.isArray(value) ? Array.from(value as unknown[]) : []
  if (items.length === 0) throw invalidOption(name, expected, value)
  if (items.every(isItem)) return items
  const wrong = items.find((item) => !isItem(item))
  throw invalidItem(name, expected, wrong, fixOf(wrong))
}

/** The fix for a value that is nearly one of those allowed. */
export function nearestFix(value: unknown, allowed: readonly string[]): string | undefined {
  const nearest = typeof value === 'string' ? nearestName(value, allowed) : undefined
  return nearest === undefined ? undefined : `did you mean '${nearest}'?`
}
