import type { ServerOptions } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import { expectDenial, malformed, sessionInvalid, sessionMissing } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { createWorld } from '../support/world.js'
import { openConnection } from './connection.js'
import { otherCookies } from './corpus/size.js'
import { expectRow } from './expect-row.js'
import { request } from './row.js'
import type { Users, Row } from './row.js'
import { shareScene } from './scene.js'

const world = createWorld()

const under = frameworks.filter(({ name }) => name === 'node:http' || name === 'Express 5')

const row = (name: string, line: (users: Users) => string, reply: Row['replies'][number]): Row => ({
  name,
  bytes: (users) => request([line(users)]),
  replies: [reply],
})

/** Bytes that Node's parser keeps away from the middleware, but not when an option makes it lenient. */
const lenient = [0x00, 0x01, 0x08, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f].flatMap((code) => {
  const byte = String.fromCharCode(code)
  const name = `0x${code.toString(16).padStart(2, '0')}`
  return [
    row(`${name} in a cookie`, ({ a }) => `Cookie: ${a.cookie}${byte}`, sessionInvalid),
    row(`${name} beside a cookie`, ({ a }) => `Cookie: ory_session_x=${byte}; ${a.cookie}`, 'a'),
    row(`${name} in a name`, ({ a }) => `Cookie: ${byte}${a.cookie}`, sessionMissing),
    row(`${name} in a token`, ({ a }) => `X-Session-Token: ${a.token}${byte}`, malformed),
    row(`${name} in a bearer`, ({ a }) => `Authorization: Bearer ${byte}${a.token}`, malformed),
  ]
})

const servers: readonly [name: string, options: ServerOptions, rows: readonly Row[]][] = [
  [
    'with a lenient parser',
    { insecureHTTPParser: true },
    [
      ...lenient,
      row(
        'a folded token',
        ({ a }) => `X-Session-Token: ${a.token.slice(0, 20)}\r\n ${a.token.slice(20)}`,
        malformed,
      ),
      row('a folded cookie', ({ a }) => `Cookie: x=1;\r\n\t${a.cookie}`, 'a'),
    ],
  ],
  [
    'that joins repeated headers',
    { joinDuplicateHeaders: true },
    [
      row(
        'two bearer tokens',
        ({ a, b }) => `Authorization: Bearer ${a.token}\r\nauthorization: Bearer ${b.token}`,
        malformed,
      ),
      row(
        'two session tokens',
        ({ a, b }) => `X-Session-Token: ${a.token}\r\nX-SESSION-TOKEN: ${b.token}`,
        malformed,
      ),
      row('two cookies', ({ a, b }) => `Cookie: ${b.cookie}\r\ncookie: ${a.cookie}`, 'b'),
    ],
  ],
  [
    'that takes longer headers',
    { maxHeaderSize: 128 * 1024 },
    [
      row(
        '100 KB of cookies',
        ({ a }) => `Cookie: ${otherCookies(60_000)}${a.cookie}; ${otherCookies(40_000)}`,
        'a',
      ),
      row(
        'a cookie of 100 KB',
        ({ a }) => `Cookie: ${a.cookie.padEnd(100_000, 'x')}`,
        sessionInvalid,
      ),
      row(
        'a bearer token of 100 KB',
        ({ a }) => `Authorization: Bearer ${a.token.padEnd(100_000, 'x')}`,
        sessionInvalid,
      ),
      row('100 KB of separators', () => `Cookie: ${';='.repeat(50_000)}`, sessionMissing),
    ],
  ],
]

describe.each(under)('raw requests under $name', (framework) => {
  describe.each(servers)('on a server %s', (_name, serverOptions, rows) => {
    const scene = shareScene(framework, serverOptions)

    it.each(rows)('come to what is promised: $name', async (one) => {
      await expectRow(scene(), one)
    })
  })

  it('are not let in by a part of their headers, where Node drops those past the 2,000th', async () => {
    const { fake, site } = await world.start({ framework })
    const [a, b] = [fake.signIn(), fake.signIn()]
    const many = Array.from({ length: 2_500 }, () => 'x:1')
    const connection = openConnection(site.port)

    connection.write(request(['Connection: close', ...many, `X-Session-Token: ${a.token}`]))
    const [reply] = await connection.closed()
    const twice = openConnection(site.port)
    const [first, second] = [a, b].map(({ token }) => `Authorization: Bearer ${token}`)
    twice.write(request(['Connection: close', first!, ...many, second!]))
    const [other] = await twice.closed()

    // A newer Node refuses them itself.
    expect([401, 431]).toContain(reply!.status)

    if (reply!.status === 401) expectDenial(reply!, sessionMissing)
    expect([200, 431]).toContain(other!.status)
    expect(other!.text).not.toContain(b.session.id)
  })
})
