import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { root, runExample, stopExamples } from './example.js'
import type { Example } from './example.js'

jest.setTimeout(180_000)

const readme = readFileSync(join(root, 'examples/README.md'), 'utf8')

/** The command that examples/README.md gives for a folder. */
function commandOf(folder: string): string {
  return new RegExp(`(node [^\`\\n]*examples/${folder}/[^\\s\`]+)`).exec(readme)![1]!
}

describe.each(['plain-http', 'commonjs', 'hono', 'fastify'])('examples/%s', (folder) => {
  let fake: FakeOry
  let example: Example
  let url: string
  let users: Record<'nobody' | 'unknownCaller' | 'bob' | 'ada', Partial<SignedIn>>

  beforeAll(async () => {
    fake = await createFakeOry()
    users = {
      nobody: {},
      unknownCaller: { token: 'ory_st_unknown' },
      bob: fake.signIn({ traits: { email: 'bob@example.com' } }),
      ada: fake.signIn({ traits: { email: 'ada@example.com' }, aal: 'aal2' }),
    }
    example = runExample(commandOf(folder), { ORY_SDK_URL: fake.url })
    const [, origin] = await example.waitFor(/(http:\/\/127\.0\.0\.1:\d+)\/me\n/)
    url = origin!
  })
  afterAll(async () => {
    await stopExamples()
    await fake.close()
  })

  it.each([
    ['GET', '/', 'nobody', 200],
    ['GET', '/me', 'nobody', 401],
    ['GET', '/me', 'unknownCaller', 401],
    ['GET', '/me?page=2', 'bob', 200],
    ['POST', '/transfer', 'nobody', 401],
    ['POST', '/transfer', 'bob', 403],
    ['POST', '/transfer', 'ada', 200],
    ['GET', '/nothing', 'ada', 404],
  ] as const)('answers %s %s by %s with %i', async (method, path, name, status) => {
    const { token } = users[name]
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    expect((await fetch(`${url}${path}`, { method, headers })).status).toBe(status)
  })

  it('tells who is signed in, by their cookie too', async () => {
    const response = await fetch(`${url}/me`, { headers: { Cookie: users.bob.cookie! } })
    expect(await response.json()).toEqual({ email: 'bob@example.com' })
  })

  const hasLogout = ['hono', 'fastify'].includes(folder)
  const itLogsOut = hasLogout ? it : undefined
  itLogsOut?.('logs a browser out by a form, and no other site can', async () => {
    const { cookie } = fake.signIn()
    const post = async (site: string): Promise<Response> =>
      fetch(`${url}/logout`, {
        method: 'POST',
        headers: { Cookie: cookie, Accept: 'text/html', 'Sec-Fetch-Site': site },
        body: new URLSearchParams({ any: 'thing' }),
      })
    const me = async (): Promise<number> =>
      (await fetch(`${url}/me`, { headers: { Cookie: cookie } })).status

    expect((await post('cross-site')).status).toBe(403)
    expect(await me()).toBe(200)
    const response = await post('same-origin')
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining(`${fake.url}/self-service/logout?token=`),
    ])
    expect(await me()).toBe(401)
  })

  it('ends on SIGTERM', async () => {
    example.kill('SIGTERM')
    expect(await example.ended()).toBe(0)
  })
})

it.each(['plain-http', 'commonjs', 'stream', 'hono', 'fastify'])(
  'examples/%s says which variable is missing',
  async (folder) => {
    const example = runExample(commandOf(folder))
    await example.waitFor(/TypeError: url is missing: pass \{ url \} or set ORY_SDK_URL/)
    expect(await example.ended()).toBe(1)
  },
)
