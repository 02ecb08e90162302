import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { readCurlLines, ways } from './curl-line.js'
import { root, runExample, stopExamples } from './example.js'
import type { Example } from './example.js'

jest.setTimeout(180_000)

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: { start: string }
}

/** Starts the API as `npm start` does, but for the build, and resolves to where it is. */
async function address(api: Example): Promise<string> {
  const [, url] = await api.waitFor(/The API is at (http:\/\/127\.0\.0\.1:\d+)[^]*Ctrl-C/)
  return url!
}

async function isListening(url: string): Promise<boolean> {
  try {
    await fetch(url)
    return true
  } catch {
    return false
  }
}

describe.each(ways)('npm start, with its lines sent by %s', (_name, send) => {
  let api: Example

  beforeAll(async () => {
    api = runExample(scripts.start)
    await address(api)
  })
  afterAll(stopExamples)

  it('prints lines that answer what is said above each', async () => {
    const lines = readCurlLines(api.output())
    const statuses: number[] = []
    for (const { command } of lines) statuses.push(await send(command))
    expect(statuses).toEqual(lines.map(({ promised }) => promised))
    expect(statuses).toEqual([200, 401, 200, 200, 403, 200, 403, 200, 204, 401])
  })
})

describe('npm start with ORY_SDK_URL', () => {
  let fake: FakeOry
  let api: Example
  let url: string

  beforeAll(async () => {
    fake = await createFakeOry()
    api = runExample(scripts.start, { ORY_SDK_URL: fake.url })
    url = await address(api)
  })
  afterAll(async () => {
    await stopExamples()
    await fake.close()
  })

  const json = { 'Content-Type': 'application/json' }
  const by = ({ token }: { token: string }): Record<string, string> => ({
    'X-Session-Token': token,
  })

  it('says where to sign in', () => {
    expect(api.output()).toContain(`${fake.url}/self-service/login/browser\n`)
  })

  it.each([
    ['a route that is not there', '/nothing', {}, 404, { detail: 'There is nothing here.' }],
    ['no session', '/me', {}, 401, { code: 'session_missing' }],
    ['a body that is not JSON', '/transfer', { method: 'POST', headers: json, body: '{' }, 400, {}],
  ])('answers %s as problem details', async (_case, path, init, status, members) => {
    const response = await fetch(`${url}${path}`, init)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ type: 'about:blank', status, ...members })
  })

  it('keeps the headers of a denial in its own error handler', async () => {
    const { headers } = await fetch(`${url}/me`)
    expect(headers.get('www-authenticate')).toBe('Bearer realm="ory"')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('wants a transfer to say what goes where', async () => {
    const headers = { ...json, ...by(fake.signIn({ aal: 'aal2' })) }
    const post = { method: 'POST', headers }
    expect((await fetch(`${url}/transfer`, post)).status).toBe(400)
    const body = JSON.stringify({ to: 'eve', amount: '5' })
    expect((await fetch(`${url}/transfer`, { ...post, body })).status).toBe(400)
  })

  it('wants the second factor of a transfer to be recent', async () => {
    const old = fake.signIn({ aal: 'aal2', authenticatedAgoMs: 16 * 60_000 })
    const response = await fetch(`${url}/transfer`, { method: 'POST', headers: by(old) })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'session_refresh_required' })
  })

  it('greets by name each caller that has a session, and everybody else too', async () => {
    const eve = fake.signIn({ traits: { email: 'eve@example.com' } })
    const greeting = async (headers = {}): Promise<unknown> =>
      (await fetch(`${url}/`, { headers })).json()
    expect(await greeting(by(eve))).toEqual({ hello: 'eve@example.com' })
    expect(await greeting(by({ token: 'ory_st_unknown' }))).toEqual({ hello: 'guest' })
  })

  it('answers 503 and logs why, without the token, while Ory fails', async () => {
    const person = fake.signIn()
    fake.fault(502)
    const response = await fetch(`${url}/me`, { headers: by(person) })
    fake.heal()
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'authentication_unavailable' })
    await api.waitFor(/No answer: .*502/)
    expect(api.output()).not.toContain(person.token)
  })

  it.each([
    ['a session token', (token: string) => ({ 'X-Session-Token': token })],
    ['a bearer token', (token: string) => ({ Authorization: `Bearer ${token}` })],
  ])('logs out at Ory and in the cache by %s', async (_name, headersFor) => {
    const person = fake.signIn()
    const headers = headersFor(person.token)
    expect((await fetch(`${url}/me`, { headers })).status).toBe(200)
    expect((await fetch(`${url}/logout`, { method: 'POST', headers })).status).toBe(204)
    expect((await fetch(`${url}/me`, { headers })).status).toBe(401)
    expect(fake.session(person).active).toBe(false)
  })

  it('tells a script with a cookie where to log out, and is done with the cookie', async () => {
    const person = fake.signIn()
    const headers = { Cookie: person.cookie }
    expect((await fetch(`${url}/me`, { headers })).status).toBe(200)
    const response = await fetch(`${url}/logout`, { method: 'POST', headers })
    expect((await fetch(`${url}/me`, { headers })).status).toBe(401)
    const { redirect_browser_to: link } = (await response.json()) as Record<string, string>
    await fetch(link!, { headers, redirect: 'manual' })
    expect(fake.session(person).active).toBe(false)
  })
})

describe('the start of the API', () => {
  let holder: Server | undefined

  afterEach(async () => {
    await stopExamples()
    holder?.close()
  })

  it('says that a port is taken, and how to choose another', async () => {
    const server = createServer()
    holder = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const api = runExample(scripts.start, { PORT: String(port) })
    await api.waitFor(
      new RegExp(`Port ${port} is taken\\. Choose another: PORT=${port + 1} npm start`),
    )
    expect(await api.ended()).toBe(1)
  })

  it.each(['http', '-1', '65536'])('refuses the port %s', async (PORT) => {
    const api = runExample(scripts.start, { PORT })
    await api.waitFor(new RegExp(`PORT must be from 0 to 65535; got ${PORT}`))
    expect(await api.ended()).toBe(1)
  })
})

describe('the end of the API', () => {
  let fake: FakeOry

  afterEach(async () => {
    await stopExamples()
    await fake.close()
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('waits on %s for requests under way', async (signal) => {
    fake = await createFakeOry()
    const api = runExample(scripts.start, { ORY_SDK_URL: fake.url })
    const url = await address(api)
    const { token } = fake.signIn()
    const held = fake.fault('held')
    const answer = fetch(`${url}/me`, { headers: { 'X-Session-Token': token } })
    await fake.calls.waitFor(1)
    api.kill(signal)
    while (await isListening(url));
    held.heal()
    expect((await answer).status).toBe(200)
    expect(await api.ended()).toBe(0)
  })
})
