import { IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http'
import type { Dispatcher } from 'undici'
import { finiteClock, systemClock } from '../shared/clock.js'
import type { Clock } from '../shared/clock.js'
import { isCookieName } from '../credential/cookie-name-matcher.js'
import type { CredentialSource } from '../credential/credential.js'
import type { StandardSchema } from '../session/traits-schema.js'
import { checkOrigin } from './url-validators.js'
import { checkList, isPlainObject, nearestFix } from './validators.js'
import { setupError } from '../shared/error-codes.js'
import { invalidItem, invalidOption } from '../shared/invalid-option.js'

const sources: readonly CredentialSource[] = ['x-session-token', 'bearer', 'cookie']

// A second credential, or a header that undici or this package sets itself.
const reservedHeaders =
  /^(?:cookie|x-session-token|authorization|accept|accept-encoding|cache-control|host|connection|content-length|transfer-encoding|keep-alive|upgrade|expect|te|trailer)$/i

// What Node, Express and Connect keep on a request themselves.
const reservedProperties =
  /^(?:__proto__|headers.*|rawHeaders|rawTrailers|trailers.*|url|originalUrl|baseUrl|method|params|query|body|route|app|res|next|socket|connection|client|complete|aborted|statusCode|statusMessage|httpVersion.*|_.*|constructor|prototype|toString|valueOf|hasOwnProperty)$/

export function checkCookieName(value: unknown): readonly (string | RegExp)[] {
  const isMatcher = (item: unknown): item is string | RegExp =>
    item instanceof RegExp || (typeof item === 'string' && isCookieName(item))
  if (isMatcher(value)) return [value]
  return checkList('cookieName', value, 'a cookie name, a RegExp or a list of these', isMatcher)
}

export function checkSources(value: unknown): readonly CredentialSource[] {
  const isSource = (item: unknown): item is CredentialSource =>
    sources.includes(item as CredentialSource)
  const expected = `a list of ${sources.join(', ')}, each once at most`
  const fixOf = (item: unknown): string | undefined => nearestFix(item, sources)
  const list = checkList('sources', value, expected, isSource, fixOf)
  const twice = list.find((source, index) => list.indexOf(source) !== index)
  if (twice !== undefined) throw invalidItem('sources', expected, twice, 'it is there twice')
  return list
}

export function checkTokenPrefix(value: unknown): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9\-._~+/]*$/.test(value)) {
    throw invalidOption('tokenPrefix', "a string of characters of a token, or ''", value)
  }
  return value
}

export function checkProperty(value: unknown): string {
  const isName = typeof value === 'string' && /^[A-Za-z$][\w$]*$/.test(value)
  if (!isName || reservedProperties.test(value) || value in IncomingMessage.prototype) {
    throw invalidOption('property', 'a name that nothing else on a request has', value)
  }
  return value
}

export function checkRefreshAhead(value: unknown): number | false {
  if (value === false) return false
  if (typeof value !== 'number' || !(value > 0 && value < 1)) {
    const fix = value === 0 ? 'did you mean false?' : undefined
    throw invalidOption('refreshAhead', 'a number between 0 and 1, or false', value, fix)
  }
  return value
}

export function checkReadinessPath(value: unknown): string | false {
  if (value === false) return false
  if (typeof value !== 'string' || !/^\/[A-Za-z0-9\-._~/]*$/.test(value)) {
    throw invalidOption('readinessPath', "a path such as '/health/ready', or false", value)
  }
  return value
}

export function checkDispatcher(value: unknown): Dispatcher | undefined {
  if (value === undefined) return undefined
  if (!has(value, 'dispatch') || !has(value, 'request')) {
    throw invalidOption('dispatcher', 'an undici Dispatcher', value)
  }
  return value as unknown as Dispatcher
}

export function checkUpstreamHeaders(value: unknown): Readonly<Record<string, string>> {
  // A Map or a Headers has its values elsewhere than in properties.
  if (!isPlainObject(value)) {
    throw invalidOption('upstreamHeaders', 'a plain object of header values', typeof value)
  }
  const headers: Record<string, string> = {}
  for (const [name, content] of Object.entries(value)) {
    const wrong = wrongHeader(name, content)
    if (wrong !== undefined) {
      throw setupError('ERR_ORY_INVALID_OPTION', `upstreamHeaders.${name} ${wrong}`)
    }
    headers[name] = content as string
  }
  return headers
}

export function checkTrustedOrigins(value: unknown): ReadonlySet<string> {
  if (!Array.isArray(value)) throw invalidOption('trustedOrigins', 'a list of origins', value)
  return new Set(Array.from(value, (origin) => checkOrigin('trustedOrigins', origin)))
}

export function checkCacheControl(value: unknown): string | false {
  if (value !== false && (typeof value !== 'string' || !/^[\x20-\x7e]+$/.test(value))) {
    throw invalidOption('cacheControl', 'the value of a header, or false', value)
  }
  return value
}

export function checkRealm(value: unknown): string {
  if (typeof value !== 'string' || !/^[\x20-\x7e]+$/.test(value)) {
    throw invalidOption('realm', 'printable ASCII', value)
  }
  return value
}

export function checkTraitsSchema(value: unknown): StandardSchema | undefined {
  if (value === undefined) return undefined
  // ArkType's schemas are functions.
  const standard: unknown = Reflect.get(Object(value) as object, '~standard')
  if (!has(standard, 'validate')) {
    throw invalidOption('traitsSchema', 'a Standard Schema, such as one of Zod or Valibot', value)
  }
  return value as StandardSchema
}

export function checkClock(value: unknown): Clock {
  if (!has(value, 'now') || !has(value, 'monotonic')) {
    throw invalidOption('clock', '{ now(), monotonic() }', value)
  }
  const clock = value as unknown as Clock
  return clock === systemClock ? clock : finiteClock(clock)
}

/** What is wrong with a header. Its value may be a secret, so no message shows it. */
function wrongHeader(name: string, value: unknown): string | undefined {
  if (reservedHeaders.test(name)) return 'must not be set; got a header that this package sets'
  if (typeof value !== 'string') return `must be a string; got a value of type ${typeof value}`
  if (!isHeader(name, value)) return 'must be a name and a value of a header; got other characters'
  return undefined
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}

function has(value: unknown, method: string): value is object {
  if (typeof value !== 'object' || value === null) return false
  return typeof Reflect.get(value, method) === 'function'
}
