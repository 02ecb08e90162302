import { IncomingMessage } from 'node:http'
import { invalidOption } from '../shared/invalid-option.js'

/**
 * The members of a plain object, and no others: what another library has put on `Object.prototype`
 * sets no option.
 *
 * @throws TypeError where `object` is none (`expected` says what it should be), or has a key that is not in `known`.
 */
export function readMembers<T extends object>(
  name: string,
  object: T,
  known: readonly string[],
  expected?: string,
): T {
  // What it inherits would not be seen here: an `allow` of a class must not be passed over.
  if (!isPlainObject(object)) {
    const error = invalidOption(name, expected ?? 'a plain object', object)
    const isCallMissing = expected === undefined && (object as unknown) instanceof IncomingMessage
    // Express' types let it pass, as a handler of errors.
    if (isCallMissing) error.message += ': is a call missing, as in app.use(ory.requireSession())?'
    throw error
  }
  const own = Object.create(null) as T
  for (const key of Object.getOwnPropertyNames(object)) {
    if (!known.includes(key)) {
      throw new TypeError(`${name} has no "${key}"; it knows ${known.join(', ')}`)
    }
    Reflect.set(own, key, Reflect.get(object, key))
  }
  return own
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

/** @throws TypeError where `value` is no finite number within the range. */
export function checkNumber(name: string, value: unknown, range: Range): number {
  const { min, max = Number.MAX_SAFE_INTEGER, isWhole = false } = range
  const isInRange = typeof value === 'number' && value >= min && value <= max
  if (!isInRange || (isWhole && !Number.isInteger(value))) {
    const kind = isWhole ? 'a whole number' : 'a number'
    const bound =
      range.max === undefined
        ? `of ${String(min)} or more`
        : `from ${String(min)} to ${String(max)}`
    throw invalidOption(name, `${kind} ${bound}`, value)
  }
  return value
}

/** @throws TypeError where `value` is no boolean. */
export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalidOption(name, 'true or false', value)
  return value
}

/** @throws TypeError where `value` is no function. */
export function checkFunction<F>(name: string, value: F): F {
  if (typeof value !== 'function') throw invalidOption(name, 'a function', value)
  return value
}

/** @throws TypeError where `value` is none of `allowed`. */
export function checkOneOf<T extends string>(
  name: string,
  value: unknown,
  allowed: readonly T[],
): T {
  const found = allowed.find((item) => item === value)
  if (found === undefined) {
    throw invalidOption(name, allowed.map((item) => `'${item}'`).join(' or '), value)
  }
  return found
}

/** @throws TypeError where `value` is no list of at least one item that `isItem` accepts. */
export function checkList<T>(
  name: string,
  value: unknown,
  expected: string,
  isItem: (item: unknown) => item is T,
): readonly T[] {
  // A copy has `undefined` where a sparse list has nothing, which `every` would pass over.
  const items: unknown[] = Array.isArray(value) ? Array.from(value as unknown[]) : []
  if (items.length === 0 || !items.every(isItem)) throw invalidOption(name, expected, value)
  return items
}

/** Reads an http(s) URL without credentials, query or fragment, and takes the slash off its end. */
export function checkUrl(name: string, value: unknown): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  const isBare =
    url !== undefined &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  if (!isBare) {
    throw invalidOption(name, 'an http(s) URL without user, query or fragment', value)
  }
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

/** Reads an origin such as `https://app.example`. */
export function checkOrigin(name: string, value: unknown): string {
  const url = checkUrl(name, value)
  if (url.pathname !== '/') throw invalidOption(name, 'an origin, without a path', value)
  // To a URL it is part of a name, but no browser is there.
  if (url.hostname.includes('*')) throw invalidOption(name, 'an origin, without a wildcard', value)
  return url.origin
}
