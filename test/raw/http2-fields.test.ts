import { once } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import type { SessionDenialCode } from '../../lib/index.js'
import { byToken, madeUpToken } from '../support/world.js'
import { sendFields } from './http2-frames.js'
import { createHttp2World, send } from './http2-site.js'
import { counted } from '../support/counted.js'

const start = createHttp2World()

/** Fields that Node's own client does not send, and what is denied, if they are let in at all. */
const rows: readonly [
  name: string,
  fields: (token: string) => readonly (readonly [string, string])[],
  denied: Partial<Record<SessionDenialCode, number>> | 'refused by Node',
][] = [
  [
    'two authorization fields',
    (token) => [
      ['authorization', `Bearer ${token}`],
      ['authorization', `Bearer ${madeUpToken()}`],
    ],
    { credential_malformed: 1 },
  ],
  [
    'a Basic before the Bearer',
    (token) => [
      ['authorization', 'Basic YTpi'],
      ['authorization', `Bearer ${token}`],
    ],
    { credential_malformed: 1 },
  ],
  [
    'two session tokens',
    (token) => [
      ['x-session-token', token],
      ['x-session-token', token],
    ],
    { credential_malformed: 1 },
  ],
  ['no field', () => [], { session_missing: 1 }],
  [
    'a cookie past ASCII',
    () => [
      ['cookie', 'a=1'],
      ['cookie', 'ory_kratos_session=\xe9'],
    ],
    { session_invalid: 1 },
  ],
  [
    'a token past ASCII',
    (token) => [['x-session-token', `${token}\xe9`]],
    { credential_malformed: 1 },
  ],
  ['a name in capitals', (token) => [['X-Session-Token', token]], 'refused by Node'],
  // Such a field alone is dropped.
  [
    'a line break in a value',
    (token) => [['x-a', `x\r\nx-session-token: ${token}`]],
    { session_missing: 1 },
  ],
  ['a NUL in a value', (token) => [['x-session-token', `${token}\0`]], { session_missing: 1 }],
  [
    'a header of the connection',
    (token) => [
      ['connection', 'keep-alive'],
      ['x-session-token', token],
    ],
    'refused by Node',
  ],
]

describe('fields of HTTP/2 as no client sends them', () => {
  it.each(rows)('let nobody in: %s', async (_name, fields, denied) => {
    const { fake, ory, site, client } = await start()
    const person = fake.signIn()
    const socket = sendFields(site.port, fields(person.token))

    // By the time that a second connection is answered, the first has been read.
    await once(socket, 'connect')
    await send(client, byToken(person))
    await send(client, byToken(person))
    socket.destroy()

    expect(counted(ory.stats().denials)).toEqual(denied === 'refused by Node' ? {} : denied)
    expect(site.visits).toHaveLength(denied === 'refused by Node' ? 2 : 3)
    expect(fake.calls.whoami).toBe(1)
  })
})
