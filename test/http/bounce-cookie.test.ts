import { describe, expect, it } from '@jest/globals'
import { expectDenial, sessionMissing } from '../support/denial.js'
import { navigation, startRedirecting } from '../support/navigation.js'
import { byCookie, createWorld } from '../support/world.js'

const world = createWorld()

/** The pair of the cookie that counts redirects, as a browser keeps it. */
async function bounced(scene: Awaited<ReturnType<typeof startRedirecting>>): Promise<string> {
  const reply = await scene.get(navigation)
  const [line = ''] = (reply.headers['set-cookie'] ?? []) as unknown as string[]
  expect(line).toMatch(/^__Host-ory-login-bounce-[\w-]{12}=1\.\d+;/)
  return line.split(';', 1)[0]!
}

describe('the cookie that counts redirects', () => {
  it('is no session, and so costs no call', async () => {
    const scene = await startRedirecting(world)
    const cookie = await bounced(scene)

    expectDenial(await scene.get({ Cookie: cookie }), sessionMissing)
    expect(scene.fake.calls.all).toEqual([])
  })

  it('does not travel to Ory beside a session, and changes nothing about it', async () => {
    const scene = await startRedirecting(world)
    const cookie = await bounced(scene)
    const headers = byCookie(scene.fake.signIn())
    await scene.get({ Cookie: `${cookie}; ${headers['Cookie']!}` }).expect(200)
    await scene.get(headers).expect(200)

    expect(scene.fake.calls.whoami).toBe(1)
    expect(scene.fake.calls.last?.headers.cookie).toBe(headers['Cookie'])
  })

  it('is no session where every cookie could be one', async () => {
    const scene = await startRedirecting(world, { options: { cookieName: /^ory/ } })
    const cookie = await bounced(scene)

    expectDenial(await scene.get({ Cookie: cookie }), sessionMissing)
  })
})
