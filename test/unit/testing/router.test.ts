import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFakeOry, type FakeOry } from '../../../lib/testing/index.js'
import { ask } from './ask.js'

let ory: FakeOry

beforeEach(async () => {
  ory = await createFakeOry()
})
afterEach(() => ory.close())

const csrfCookie =
  /^csrf_token_[0-9a-f]{64}=[\w+/]{43}=; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/

describe('a path that is no route', () => {
  it.each([
    '/',
    '/nope',
    '/health/ready/',
    '/sessions/whoami/',
    '/sessions/whoami/x',
    '/a%2f',
    '/%',
  ])('is a 404 with the cookie against CSRF: %s', async (path) => {
    const answer = await ask(ory.url, { path })

    expect(answer).toMatchObject({ status: 404, text: '404 page not found\n' })
    expect(answer.header('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.header('vary')).toBe('Cookie')
    expect(answer.header('set-cookie')).toMatch(csrfCookie)
  })

  it('brings no second cookie to a client that has one', async () => {
    const [pair = ''] = (await ask(ory.url, { path: '/nope' })).header('set-cookie')!.split(';')
    const headers = { cookie: `theme=dark; ${pair}` }

    expect((await ask(ory.url, { path: '/nope', headers })).header('set-cookie')).toBeUndefined()
  })

  it('is one outside of the protection, too', async () => {
    const answer = await ask(ory.url, { path: '/version' })

    expect(answer).toMatchObject({ status: 404, text: '404 page not found\n' })
    expect([answer.header('vary'), answer.header('set-cookie')]).toEqual([undefined, undefined])
  })
})

describe('a path that is written in another way', () => {
  it.each([
    ['//sessions/whoami', '/sessions/whoami'],
    ['/sessions//whoami?a=b&c', '/sessions/whoami?a=b&c'],
    ['/./sessions/x/../whoami', '/sessions/whoami'],
    ['/../../health/ready', '/health/ready'],
    ['//nope/', '/nope/'],
    ['//', '/'],
  ])('is sent on, from %s to %s', async (path, location) => {
    const answer = await ask(ory.url, { path })

    expect(answer.status).toBe(307)
    expect(answer.header('location')).toBe(location)
    expect(answer.text).toBe(
      `<a href="${location.replace('&', '&amp;')}">Temporary Redirect</a>.\n\n`,
    )
  })

  it('is sent on without a word where the method asks for none', async () => {
    const answer = await ask(ory.url, { path: '//nope', method: 'OPTIONS' })

    expect([answer.status, answer.header('location'), answer.text]).toEqual([307, '/nope', ''])
  })

  it('is the same route percent-encoded', async () => {
    const headers = { 'x-session-token': ory.signIn().token }

    expect((await ask(ory.url, { path: '/sessions/%77hoami', headers })).status).toBe(200)
    expect(ory.calls.whoami).toBe(1)
  })
})

describe('a method', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'makes no difference to whoami: %s',
    async (method) => {
      const headers = { 'x-session-token': ory.signIn().token }

      expect((await ask(ory.url, { method, headers })).status).toBe(200)
      expect((await ask(ory.url, { method })).status).toBe(401)
    },
  )

  it.each([
    ['POST', '/health/ready', 'GET, HEAD', undefined],
    ['DELETE', '/health/alive', 'GET, HEAD', undefined],
    ['GET', '/sessions/some-id', 'DELETE', 'Cookie'],
    ['GET', '/self-service/logout/api', 'DELETE', 'Cookie'],
    ['GET', '/self-service/login', 'POST', 'Cookie'],
  ])('may not be %s on %s', async (method, path, allow, vary) => {
    const answer = await ask(ory.url, { method, path })

    expect(answer).toMatchObject({ status: 405, text: 'Method Not Allowed\n' })
    expect([answer.header('allow'), answer.header('vary')]).toEqual([allow, vary])
  })

  it.each(['/health/ready', '/self-service/login/browser'])('may be HEAD on %s', async (path) => {
    expect(await ask(ory.url, { method: 'HEAD', path })).toMatchObject({ status: 200, text: '' })
  })
})

describe('a body', () => {
  it('is read where it comes in pieces, without a length', async () => {
    const { token, session } = ory.signIn()
    const answer = await ask(ory.url, {
      method: 'DELETE',
      path: '/self-service/logout/api',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: JSON.stringify({ session_token: token }),
    })

    expect([answer.status, ory.session(session).active]).toEqual([204, false])
  })

  it('is not read without end', async () => {
    const body = 'x'.repeat(70_000)

    await expect(ask(ory.url, { method: 'POST', body })).rejects.toThrow()
    expect(ory.calls.whoami).toBe(1)
  })
})
