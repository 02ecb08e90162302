import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { SessionDenialCode, OrySession } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { createWorld, madeUpToken } from '../support/world.js'
import { openConnection } from './connection.js'
import { request } from './row.js'

const world = createWorld()

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server that upgrades every caller that is signed in, by whatever protocol, and says to whom it does. */
async function startUpgrader(ory: OrySession): Promise<number> {
  const server = createServer()
  server.on('upgrade', (incoming, socket) => {
    socket.on('error', () => undefined)
    void ory.authenticate(incoming).then(({ session, error }) => {
      socket.end(
        error === undefined
          ? `HTTP/1.1 101 Switching Protocols\r\nX-Session: ${session.id}\r\n\r\n`
          : `HTTP/1.1 ${error.status} ${error.code}\r\nContent-Length: 0\r\nX-Code: ${error.code}\r\n\r\n`,
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const own = 'Origin: http://app.example'
const foreign = 'Origin: https://evil.example'

const rows: readonly [
  string,
  (person: SignedIn) => readonly string[],
  'upgraded' | SessionDenialCode,
][] = [
  ['a cookie from the same origin', ({ cookie }) => [own, `Cookie: ${cookie}`], 'upgraded'],
  ['a cookie from no browser', ({ cookie }) => [`Cookie: ${cookie}`], 'upgraded'],
  [
    'a cookie from another origin',
    ({ cookie }) => [foreign, `Cookie: ${cookie}`],
    'cross_site_request',
  ],
  [
    'a cookie from another site by Fetch Metadata',
    ({ cookie }) => ['Sec-Fetch-Site: cross-site', `Cookie: ${cookie}`],
    'cross_site_request',
  ],
  [
    'a cookie from an origin that is none',
    ({ cookie }) => ['Origin: null', `Cookie: ${cookie}`],
    'cross_site_request',
  ],
  [
    'a token from another origin, which no browser attaches',
    ({ token }) => [foreign, `X-Session-Token: ${token}`],
    'upgraded',
  ],
  ['a made-up token', () => [`X-Session-Token: ${madeUpToken()}`], 'session_invalid'],
  [
    'two tokens',
    ({ token }) => [`X-Session-Token: ${token}`, `X-Session-Token: ${token}`],
    'credential_malformed',
  ],
  ['nothing', () => [own], 'session_missing'],
]

describe('a handshake for a WebSocket', () => {
  it.each(rows)('is decided by authenticate: %s', async (_name, lines, outcome) => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url })
    const person = fake.signIn()
    const connection = openConnection(await startUpgrader(ory))

    connection.write(
      request(['Connection: Upgrade', 'Upgrade: websocket', ...lines(person)]) +
        // Frames of the protocol may follow at once.
        '\x81\x05hello',
    )
    const [reply] = await connection.closed()

    const isUpgraded = outcome === 'upgraded'
    expect(reply!.headers['x-session']).toBe(isUpgraded ? person.session.id : undefined)
    expect(reply!.headers['x-code']).toBe(isUpgraded ? undefined : outcome)
    expect(reply!.status === 101).toBe(isUpgraded)
  })
})
