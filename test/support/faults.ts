import type { FakeOry } from '../../lib/testing/index.js'

/** What the fake Ory takes for a fault. */
export type Fault = Parameters<FakeOry['fault']>
type Answer = Exclude<Extract<Fault[0], (answer: never) => unknown>, undefined>

/** What Ory writes, and nobody else may see. */
export const upstreamText = 'UPSTREAM-CANARY-0123456789'

const inHeaders =
  (name: string, value: string | string[]): Answer =>
  (right) => ({ ...right, headers: { ...right.headers, [name]: value } })

const inBody =
  (change: object): Answer =>
  (right) => ({ ...right, body: { ...(right.body as object), ...change } })

const inIdentity =
  (change: object): Answer =>
  (right) => {
    const body = right.body as { identity: object }
    return { ...right, body: { ...body, identity: { ...body.identity, ...change } } }
  }

const json = { 'Content-Type': 'application/json' }

/** Every way in which Ory can give no answer, by what it looks like. */
export const faults: Readonly<Record<string, Fault>> = {
  late: ['late', { delayMs: 5_000 }],
  silent: ['silent'],
  'a drip of bytes': ['drip', { delayMs: 20 }],
  reset: ['reset'],
  'reset in the body': ['reset-mid-body'],
  truncated: ['truncated'],
  empty: ['empty'],
  'an HTML page': ['html'],
  'half of the JSON': ['malformed'],
  oversized: ['oversized'],
  'the page of a firewall': ['waf'],
  "a proxy's own 401": ['401-html'],
  'two identities': ['identity-mixup'],
  'no database': ['database'],
  'HTML that says it is JSON': [{ status: 200, headers: json, body: `<p>${upstreamText}</p>` }],
  'JSON that says it is text': [inHeaders('Content-Type', 'text/plain')],
  'JSON that says it is compressed': [inHeaders('Content-Encoding', 'gzip')],
  'bytes that are not UTF-8': [
    { status: 200, headers: json, body: new Uint8Array([0x22, 0xff, 0x22]) },
  ],
  'a list': [{ status: 200, headers: json, body: '[]' }],
  null: [{ status: 200, headers: json, body: 'null' }],
  'no id': [inBody({ id: undefined })],
  'an empty id': [inBody({ id: '' })],
  'no active': [inBody({ active: undefined })],
  'active as text': [inBody({ active: 'true' })],
  'no expiry': [inBody({ expires_at: undefined })],
  'an expiry that is no date': [inBody({ expires_at: upstreamText })],
  'an expiry that is no RFC 3339': [inBody({ expires_at: '2030-01-01' })],
  'an unknown level': [inBody({ authenticator_assurance_level: upstreamText })],
  'methods that are no list': [inBody({ authentication_methods: { method: 'password' } })],
  'no identity': [inBody({ identity: undefined })],
  'an identity without id': [inIdentity({ id: undefined })],
  'traits that are no object': [inIdentity({ traits: upstreamText })],
  'a very deep body': [
    { status: 200, headers: json, body: '{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000) },
  ],
  "a 401 that is not Ory's": [{ status: 401, headers: json, body: { message: upstreamText } }],
  'a 401 of another code': [{ status: 401, headers: json, body: { error: { code: 403 } } }],
  'a 403 of another id': [
    { status: 403, headers: json, body: { error: { id: upstreamText, code: 403 } } },
  ],
  'a 500 that quotes': [{ status: 500, headers: json, body: { error: { message: upstreamText } } }],
  ...Object.fromEntries(
    [
      201, 204, 206, 301, 302, 303, 304, 307, 308, 400, 403, 404, 410, 418, 429, 500, 502, 503, 504,
      520,
    ].map((status): [string, Fault] => [`status ${status}`, [status]]),
  ),
}
