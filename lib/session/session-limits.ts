/** What a session consists of. */
export interface Contents {
  /** Itself, and all objects and lists below. */
  readonly objects: object[]
  /** How many values those have. */
  values: number
}

/** Deepest nesting of objects and arrays; Ory's sessions have a handful of levels. */
const maxDepth = 64
/**
 * Most values in a session; Ory's have some seventy. An empty object in a list takes three bytes to
 * write and twenty times that in memory.
 */
const maxValues = 10_000

// Estimated bytes besides the text: for a session, an object or list in it, and a value.
const overheadBytes = 512
const objectBytes = 128
const valueBytes = 16

/**
 * Bounds nesting and number of values of what may be a session, and takes out what is not Ory's to say:
 * `stale`, and keys named `__proto__`, which traits that their owner may edit can have; copying such a
 * key by assignment would change the prototype of the copy. Lists all objects on the way, so that
 * freezing and estimating need no second walk.
 *
 * @throws RangeError if it is out of bounds, which its owner's traits alone may cause
 */
export function measure(session: Record<string, unknown>): Contents {
  const contents: Contents = { objects: [], values: 0 }
  takeIn(session, 0, contents)
  delete session['stale']
  return contents
}

function takeIn(value: object, depth: number, contents: Contents): void {
  if (depth > maxDepth) throw new RangeError(`whoami: nested deeper than ${String(maxDepth)}`)
  contents.objects.push(value)
  for (const item of itemsOf(value)) {
    contents.values += 1
    if (contents.values > maxValues)
      throw new RangeError(`whoami: more than ${String(maxValues)} values`)
    if (typeof item === 'object' && item !== null) takeIn(item, depth + 1, contents)
  }
}

function itemsOf(value: object): unknown[] {
  if (Array.isArray(value)) return value
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  return Object.values(value)
}

/** Estimates the bytes of a session in memory: its text, the objects read from it, and the rest. */
export function estimateBytes({ objects, values }: Contents, text: string): number {
  const textBytes = isWide(text) ? text.length * 2 : text.length
  return textBytes * 2 + overheadBytes + objects.length * objectBytes + values * valueBytes
}

/**
 * Whether V8 may keep a text, or one that is read of it, in two bytes a letter: one past U+00FF is enough,
 * itself or as an escape.
 */
function isWide(text: string): boolean {
  if (Buffer.byteLength(text) !== text.length) return true
  return /\\u(?!00)/.test(text)
}
