import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { connect } from 'node:net'
import { createFakeOry, type FakeOry, type SignedIn } from '../../../lib/testing/index.js'
import { ask } from './ask.js'

let ory: FakeOry
let ada: SignedIn

beforeEach(async () => {
  ory = await createFakeOry({ allowedReturnUrls: ['https://app.example/area'] })
  ada = ory.signIn()
})
afterEach(() => ory.close())

const json = { accept: 'application/json' }
const isActive = () => ory.session(ada).active
const get = (path: string, headers: Record<string, string> = {}) =>
  ask(ory.url, { path: `/self-service${path}`, headers })
const start = async (query = '', headers: Record<string, string> = {}) =>
  get(`/logout/browser${query}`, { ...json, cookie: ada.cookie, ...headers })
const tokenOf = async (query = '') =>
  ((await start(query)).body as { logout_token: string }).logout_token
const id = ({ body }: { body: unknown }) => (body as { error: { id?: string } }).error.id

describe('GET /self-service/logout/browser', () => {
  it('hands out the token of the session, and ends nothing yet', async () => {
    const first = await start()
    const token = await tokenOf()

    expect(first.status).toBe(200)
    expect(first.body).toEqual({
      logout_url: `${ory.url}/self-service/logout?token=${token}`,
      logout_token: token,
    })
    expect(token).toMatch(/^ory_lo_[A-Za-z0-9]{32}$/)
    expect(isActive()).toBe(true)
  })

  it('keeps where to go afterwards in the URL', async () => {
    const { body } = await start('?return_to=https://app.example/area/bye')
    const url = new URL((body as { logout_url: string }).logout_url)

    expect(url.searchParams.get('return_to')).toBe('https://app.example/area/bye')
  })

  it.each([
    ['nobody', { cookie: '' }, 401, 'session_inactive'],
    ['a cookie that is nothing', { cookie: 'ory_kratos_session=x' }, 401, 'session_inactive'],
  ])('refuses %s', async (_name, headers, status, errorId) => {
    const answer = await start('', headers)

    expect([answer.status, id(answer)]).toEqual([status, errorId])
    expect(answer.header('ory-error-id')).toBe(errorId)
  })

  it('refuses to lead elsewhere', async () => {
    const answer = await start('?return_to=https://evil.example/')

    expect([answer.status, id(answer)]).toEqual([400, 'self_service_flow_return_to_forbidden'])
  })

  it.each([
    ['application/json', true],
    ['application/json, text/plain, */*', true],
    ['text/html;q=0.1, application/json', true],
    ['text/html, application/json', false],
    ['application/json, text/html', false],
    ['application/json;q=0.5, text/html', false],
    ['*/*', false],
    ['', false],
  ])('answers %j in JSON: %s', async (accept, isJson) => {
    const answer = await start('', { accept, cookie: '' })

    expect(answer.header('content-type')).toBe(
      isJson ? 'application/json' : 'text/html; charset=utf-8',
    )
  })

  it('shows a browser a page instead of an error in JSON', async () => {
    const answer = await start('', { accept: 'text/html,*/*', cookie: '' })

    expect(answer.status).toBe(401)
    expect(answer.header('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.text).toContain('No active session was found')
  })
})

describe('GET /self-service/logout', () => {
  const finish = async (query: string, accept = 'text/html') =>
    get(`/logout?token=${await tokenOf()}${query}`, { accept, cookie: ada.cookie })

  it('ends the session, takes the cookie back and sends the browser on', async () => {
    const answer = await finish('&return_to=https://app.example/area/bye')

    expect(answer.status).toBe(303)
    expect(answer.header('location')).toBe('https://app.example/area/bye')
    expect(answer.header('set-cookie')).toMatch(
      /ory_kratos_session=[^;]+; Path=\/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; SameSite=Lax$/,
    )
    expect(isActive()).toBe(false)
    expect((await ask(ory.url, { headers: { cookie: ada.cookie } })).status).toBe(401)
    expect((await start()).status).toBe(401)
  })

  it('sends it to log in when nobody says where to', async () => {
    expect((await finish('')).header('location')).toBe('/self-service/login/browser')
  })

  it('answers a script with 204', async () => {
    expect(await finish('', 'application/json')).toMatchObject({ status: 204, text: '' })
    expect(isActive()).toBe(false)
  })

  it('ends the session although it may not lead elsewhere', async () => {
    const answer = await finish('&return_to=https://evil.example/', 'application/json')

    expect([answer.status, id(answer)]).toEqual([400, 'self_service_flow_return_to_forbidden'])
    expect(answer.header('set-cookie')).toContain('Max-Age=0')
    expect(isActive()).toBe(false)
  })

  it.each<[string, () => Promise<string>, () => string, number]>([
    ['without a token', async () => '/logout', () => ada.cookie, 400],
    ['with another token', async () => '/logout?token=ory_lo_x', () => ada.cookie, 403],
    ['without a cookie', async () => `/logout?token=${await tokenOf()}`, () => '', 401],
    [
      "with somebody else's cookie",
      async () => `/logout?token=${await tokenOf()}`,
      () => ory.signIn().cookie,
      403,
    ],
  ])('ends nothing %s', async (_name, path, cookie, status) => {
    expect((await get(await path(), { ...json, cookie: cookie() })).status).toBe(status)
    expect(isActive()).toBe(true)
  })
})

describe('DELETE /self-service/logout/api', () => {
  const end = (body: string, type = 'application/json') =>
    ask(ory.url, {
      method: 'DELETE',
      path: '/self-service/logout/api',
      headers: { 'content-type': type, 'content-length': String(body.length) },
      body,
    })
  const sent = (token: unknown) => JSON.stringify({ session_token: token })

  it('ends the session of a token, and says the same again', async () => {
    expect([(await end(sent(ada.token))).status, isActive()]).toEqual([204, false])
    expect((await end(sent(ada.token))).status).toBe(204)
    expect((await ask(ory.url, { headers: { 'x-session-token': ada.token } })).status).toBe(401)
  })

  it.each([
    ['a token that no session has', sent(`ory_st_${'0'.repeat(32)}`), 403],
    ['no token', '{}', 403],
    ['null', 'null', 403],
    ['a token that is no text', sent(1), 400],
    ['a list', '[]', 400],
    ['text', '"x"', 400],
    ['what is no JSON', '{', 400],
    ['nothing', '', 400],
  ])('refuses %s', async (_name, body, status) => {
    const answer = await end(body)

    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ error: { code: status } })
    expect(answer.header('set-cookie')).toBeUndefined()
  })

  it('refuses what does not say that it is JSON', async () => {
    expect([(await end(sent(ada.token), 'text/plain')).status, isActive()]).toEqual([400, true])
  })
})

describe('a fault of the logout', () => {
  const routes = () => [
    ask(ory.url, {
      path: '/self-service/logout/browser',
      headers: { ...json, cookie: ada.cookie },
    }),
    ask(ory.url, {
      method: 'DELETE',
      path: '/self-service/logout/api',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: JSON.stringify({ session_token: ada.token }),
    }),
  ]
  const statuses = async () => (await Promise.all(routes())).map(({ status }) => status)

  it.each([
    ['a stopped database', () => ory.database.stop(), 500],
    ['the fault of one', () => void ory.fault('database'), 500],
    ['a broken database', () => void ory.fault('database-broken', { path: 'logout' }), 500],
    ['a status', () => void ory.fault(503, { path: 'logout' }), 503],
    ['a whole answer', () => void ory.fault({ status: 418 }, { path: 'logout' }), 418],
    ['everything', () => void ory.fault(502, { path: 'all' }), 502],
  ])('ends no session: %s', async (_name, begin, status) => {
    begin()
    expect(await statuses()).toEqual([status, status])
    expect(isActive()).toBe(true)
    ory.heal()

    expect(await statuses()).toEqual([200, 204])
  })

  it('strikes no other route', async () => {
    ory.fault(503, { path: 'logout' })

    expect((await ask(ory.url, { headers: { cookie: ada.cookie } })).status).toBe(200)
    expect((await ask(ory.url, { path: '/health/ready' })).status).toBe(200)
  })

  it('that is healed before the body has come holds nothing up', async () => {
    const held = ory.fault('held', { path: 'logout' })
    const body = JSON.stringify({ session_token: ada.token })
    const answered = new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(ory.url).port), '127.0.0.1')
      socket.once('data', (chunk) => resolve(chunk.toString())).once('error', reject)
      socket.write(
        `DELETE /self-service/logout/api HTTP/1.1\r\nHost: ory\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      void ory.calls.waitFor(1, 'logout').then(() => {
        held.heal()
        socket.write(body)
      })
    })

    expect(await answered).toMatch(/^HTTP\/1\.1 204 /)
    expect(isActive()).toBe(false)
  })

  it('is seen among the calls', async () => {
    await statuses()
    await ory.calls.waitFor(2, 'logout')

    expect(ory.calls.all.map(({ route }) => route)).toEqual(['logout', 'logout'])
  })
})
