import { malformed } from './malformed.js'

/** What a session consists of. */
export interface Contents {
  /** Itself, and all objects and lists below. */
  readonly objects: object[]
  /** How many values those have. */
  values: number
}

/** Deepest nesting of objects and arrays; Ory's sessions have a handful of levels. */
const maxDepth = 64
/** Most values in it; Ory's sessions have some seventy. An empty object in a list takes three bytes
 * to write and twenty times that in memory. */
const maxValues = 10_000

/** What a session is reckoned to take in memory besides its text, in bytes. */
const [overheadBytes, objectBytes, valueBytes] = [512, 128, 16]

/**
 * Bounds nesting and number of values of what may be a session, and takes out what is not Ory's to say:
 * `stale`, and keys named `__proto__`, which traits that their owner may edit can have; copying such a
 * key by assignment would change the prototype of the copy. Lists all objects on the way, so that to
 * freeze and to reckon them takes no second one.
 *
 * @throws TypeError where it is out of bounds
 */
export function takeStock(session: Record<string, unknown>): Contents {
  const contents: Contents = { objects: [], values: 0 }
  takeIn(session, 0, contents)
  delete session['stale']
  return contents
}

function takeIn(value: object, depth: number, contents: Contents): void {
  if (depth > maxDepth) throw malformed('nesting')
  contents.objects.push(value)
  for (const item of itemsOf(value)) {
    contents.values += 1
    if (contents.values > maxValues) throw malformed('number of values')
    if (typeof item === 'object' && item !== null) takeIn(item, depth + 1, contents)
  }
}

function itemsOf(value: object): unknown[] {
  if (Array.isArray(value)) return value
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  return Object.values(value)
}

/** What a session is reckoned to take in memory, in bytes: its text, what was read of that, and the rest. */
export function reckon({ objects, values }: Contents, text: string): number {
  const letters = isWide(text) ? text.length * 2 : text.length
  return letters * 2 + overheadBytes + objects.length * objectBytes + values * valueBytes
}

/** Whether one letter of a text, or of what is read of it, may make two bytes of each that is beside it. */
function isWide(text: string): boolean {
  if (Buffer.byteLength(text) !== text.length) return true
  return text.includes('\\u') && /\\u(?!00)/.test(text)
}
