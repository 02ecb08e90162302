import { describe, expect, it } from '@jest/globals'
import { createOryLogout, logoutRequest } from '../../../lib/ory/ory-logout.js'
import type { Ended } from '../../../lib/ory/ory-logout.js'
import type { Reply } from '../../../lib/ory/response.js'
import type { Sent, OryClient } from '../../../lib/ory/ory-client.js'
import { question } from './question.js'
import type { Signal } from '../../../lib/shared/lean-abort-signal.js'

const reply = (status: number, body: unknown = '', type = 'application/json'): Reply => ({
  status,
  headers: { 'content-type': type },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const refusal = (code: number) => reply(code, { error: { code, message: 'no' } })

const token = { source: 'x-session-token', value: 'ory_st_a"b' } as const
const bearer = { source: 'bearer', value: 'ory_st_c' } as const
const cookie = { source: 'cookie', value: 'ory_kratos_session=a; ory_session_b=c' } as const

/** The way to an Ory that says one thing. */
function open(said: Reply) {
  const sent: { readonly message: Sent; readonly signal: Signal }[] = []
  const client: OryClient = {
    async send(message, signal) {
      sent.push({ message, signal })
      return said
    },
    close: async () => undefined,
  }
  const end = createOryLogout((asked) => client.send(logoutRequest(asked), asked.signal))
  return { sent, end: (members = {}): Promise<Ended> => end(question(members)) }
}

describe('the end of a token’s session', () => {
  it.each([token, bearer])('is asked of Ory’s API, by $source', async (credential) => {
    const { end, sent } = open(reply(204))
    const { signal } = new AbortController()
    expect(await end({ credential, signal })).toEqual({ kind: 'ended', logoutToken: undefined })
    expect(sent).toEqual([
      {
        message: {
          method: 'DELETE',
          route: '/self-service/logout/api',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ session_token: credential.value }),
        },
        signal,
      },
    ])
    expect(sent[0]?.signal).toBe(signal)
  })

  it('has come already if Ory knows no such token', async () => {
    const { end } = open(refusal(403))
    expect(await end({ credential: token })).toEqual({ kind: 'refused', logoutToken: undefined })
  })

  it.each<[string, Reply, string]>([
    [
      'a firewall’s 403',
      reply(403, '<html>', 'text/html'),
      'invalid_response: not application/json',
    ],
    [
      'somebody else’s 403',
      reply(403, { message: 'no' }),
      'invalid_response: refusal that is not of Ory',
    ],
    ['a 401', refusal(401), 'status: 401'],
    ['a 200', reply(200, {}), 'status: 200'],
    ['a 404', refusal(404), 'misconfigured: 404'],
    ['a 500', refusal(500), 'server_error: 500'],
    ['a rate limit', refusal(429), 'rate_limited'],
  ])('has not come by %s', async (_title, said, message) => {
    await expect(open(said).end({ credential: token })).rejects.toMatchObject({ message })
  })
})

describe('the end of a cookie’s session', () => {
  it('is a token that its browser takes to Ory', async () => {
    const { end, sent } = open(reply(200, { logout_token: 'ory_lo_a', logout_url: 'b' }))
    const { signal } = new AbortController()
    expect(await end({ credential: cookie, signal })).toEqual({
      kind: 'ended',
      logoutToken: 'ory_lo_a',
    })
    expect(sent).toEqual([
      {
        message: {
          method: 'GET',
          route: '/self-service/logout/browser',
          headers: { cookie: cookie.value },
        },
        signal,
      },
    ])
    expect(sent[0]?.signal).toBe(signal)
  })

  it.each<[string, unknown]>([
    ['none', {}],
    ['an empty one', { logout_token: '' }],
    ['one that is no text', { logout_token: 7 }],
    ['one in a list', [{ logout_token: 'ory_lo_a' }]],
    ['nothing at all', 'null'],
    ['a text', '"ory_lo_a"'],
  ])('is no token where Ory sends %s', async (_title, body) => {
    await expect(open(reply(200, body)).end({ credential: cookie })).rejects.toMatchObject({
      message: 'invalid_response: no logout token',
    })
  })

  it('has come already by a 401', async () => {
    const ended = await open(refusal(401)).end({ credential: cookie })
    expect(ended).toEqual({ kind: 'refused', logoutToken: undefined })
  })

  it.each<[string, Reply, string]>([
    ['a proxy’s own 401', reply(401, '<html>', 'text/html'), 'misconfigured: 401'],
    [
      'somebody else’s 401',
      reply(401, { message: 'no' }),
      'invalid_response: refusal that is not of Ory',
    ],
    ['a 403', refusal(403), 'status: 403'],
    ['a 204', reply(204), 'status: 204'],
    ['a 503', refusal(503), 'server_error: 503'],
  ])('has not come by %s', async (_title, said, message) => {
    await expect(open(said).end({ credential: cookie })).rejects.toMatchObject({ message })
  })
})
