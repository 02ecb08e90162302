/** An answer of Ory's, real or fake. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Parsed, if it was JSON; otherwise the text, which is `''` for none. */
  readonly body: unknown
}

/** What differs from one run to the next, and what is left of it in a shape. */
const masks: readonly (readonly [pattern: RegExp, mask: string])[] = [
  [/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, '<uuid>'],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, '<time>'],
  [/^[\w-]+\.[\w-]+\.[\w-]{86}$/, '<jwt>'],
  [/^ory_st_[A-Za-z0-9]{32}$/, '<token>'],
  [/\bory_lo_[A-Za-z0-9]{32}\b/, '<logout-token>'],
  [/^https?:\/\/[^/]+(?=\/|$)/, '<origin>'],
  [/^\d+\.\d+\.\d+\.\d+:\d+$/, '<address>'],
]

/** Members that say who asked. */
const callerMembers = ['user_agent']

/** Headers of the connection or of the moment, of which a recording keeps none. */
const passing = ['connection', 'date', 'keep-alive', 'transfer-encoding']

/**
 * The shape of a JSON value: ids, times, tokens and addresses give way to their kind, members are
 * sorted, and all that a run does not change stays as it is.
 */
export function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') {
    return masks.reduce((text, [pattern, mask]) => text.replace(pattern, mask), value)
  }
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(
    members.map(([name, member]) => [
      name,
      callerMembers.includes(name) ? `<${typeof member}>` : shapeOf(member),
    ]),
  )
}

/**
 * Where an answer departs from a recorded one: status, names and values of headers, shape of the
 * body. One line for each difference, none when they are the same to a client.
 */
export function sameAnswer(recorded: Answer, actual: Answer): string[] {
  const isSameBody = JSON.stringify(recorded.body) === JSON.stringify(actual.body)
  const compareLength = isSameBody && recorded.body !== ''
  return [
    ...differences('status', recorded.status, actual.status),
    ...differences(
      'headers',
      headerShape(recorded.headers, compareLength),
      headerShape(actual.headers, compareLength),
    ),
    ...differences('body', shapeOf(recorded.body), shapeOf(actual.body)),
  ]
}

function headerShape(headers: Answer['headers'], keepsLength: boolean): Record<string, string[]> {
  const shape: Record<string, string[]> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (passing.includes(key)) continue
    const isLength = key === 'content-length' && !keepsLength
    const masked = isLength ? value.replace(/^\d+$/, '<length>') : maskHeader(key, value)
    shape[key] = [...(shape[key] ?? []), masked]
  }
  return shape
}

function maskHeader(name: string, value: string): string {
  if (name !== 'set-cookie') return String(shapeOf(value))
  return (
    value
      .replace(/=[\w-]{100,}={0,2};/, '=<cookie>;')
      .replace(/^csrf_token_[0-9a-f]{64}=[\w+/]{43}=;/, 'csrf_token=<csrf>;')
      .replace(/Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/, 'Expires=<time>')
      // Zero takes a cookie back, which is another thing.
      .replace(/Max-Age=[1-9]\d*/, 'Max-Age=<seconds>')
  )
}

function differences(path: string, recorded: unknown, actual: unknown): string[] {
  if (isTree(recorded) && isTree(actual) && Array.isArray(recorded) === Array.isArray(actual)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(actual)])
    return [...names].flatMap((name) =>
      differences(`${path}.${name}`, recorded[name], actual[name]),
    )
  }
  const [before, now] = [JSON.stringify(recorded), JSON.stringify(actual)]
  return before === now ? [] : [`${path}: recorded ${before}, got ${now}`]
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
