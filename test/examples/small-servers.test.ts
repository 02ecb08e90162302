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
  let people: Record<'nobody' | 'stranger' | 'bob' | 'ada', Partial<SignedIn>>

  beforeAll(async () => {
    fake = await createFakeOry()
    people = {
      nobody: {},
      stranger: { token: 'ory_st_unknown' },
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
    ['GET', '/me', 'stranger', 401],
    ['GET', '/me?page=2', 'bob', 200],
    ['POST', '/transfer', 'nobody', 401],
    ['POST', '/transfer', 'bob', 403],
    ['POST', '/transfer', 'ada', 200],
    ['GET', '/nothing', 'ada', 404],
  ] as const)('answers %s %s by %s with %i', async (method, path, name, status) => {
    const { token } = people[name]
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    expect((await fetch(`${url}${path}`, { method, headers })).status).toBe(status)
  })

  it('tells who is signed in, by their cookie too', async () => {
    const response = await fetch(`${url}/me`, { headers: { Cookie: people.bob.cookie! } })
    expect(await response.json()).toEqual({ email: 'bob@example.com' })
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
