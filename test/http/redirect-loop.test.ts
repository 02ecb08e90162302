import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from '@jest/globals'
import { frameworks } from '../support/frameworks.js'
import { navigation, startRedirecting } from '../support/navigation.js'
import type { Reply } from '../support/denial.js'
import type { Scene, SceneOptions } from '../support/world.js'
import { createWorld } from '../support/world.js'

const world = createWorld()
const start = async (scene?: SceneOptions): Promise<Scene> => startRedirecting(world, scene)

/** A browser as far as cookies go. */
function createBrowser(scene: Scene, cookie = ''): (path: string) => Promise<number> {
  const visit = createVisitor(scene, cookie)
  return async (path) => (await visit(path)).status
}

function createVisitor(scene: Scene, cookie = ''): (path: string) => Promise<Reply> {
  const jar = new Map<string, string>()
  return async (path) => {
    const cookies = [cookie, ...[...jar].map((pair) => pair.join('='))].filter(Boolean).join('; ')
    const reply = await scene.get({ ...navigation, ...(cookies && { Cookie: cookies }) }, path)
    const lines = (reply.headers['set-cookie'] ?? []) as unknown as string[]
    for (const line of lines) {
      expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (line.includes('; Max-Age=0;')) jar.delete(name)
      else jar.set(name, value)
    }
    return reply
  }
}

describe('a redirect loop', () => {
  it.each(frameworks)(
    'ends in the plain denial, and that denial in another try, under $name',
    async (framework) => {
      const scene = await start({ framework })
      const visit = createBrowser(scene)
      const statuses = []
      for (let round = 0; round < 8; round += 1) statuses.push(await visit('/dashboard'))

      expect(statuses).toEqual([303, 303, 303, 401, 303, 303, 303, 401])
    },
  )

  it('ends in a denial that says that the cookie did not come back, and in one message', async () => {
    const messages: unknown[] = []
    const listen = (message: unknown): void => void messages.push(message)
    subscribe('express-ory-session:cookie-missing', listen)
    const scene = await start()
    const visit = createVisitor(scene)
    const replies = []
    for (let round = 0; round < 8; round += 1) replies.push(await visit('/dashboard'))
    unsubscribe('express-ory-session:cookie-missing', listen)

    for (const { status, text } of [replies[3]!, replies[7]!]) {
      const { code, detail, redirect_browser_to: link } = JSON.parse(text) as Record<string, string>
      expect([status, code]).toEqual([401, 'session_missing'])
      expect(detail).toBe('The browser came back from the login without the session cookie.')
      expect(link).toBe(`${scene.fake.url}/self-service/login/browser`)
    }
    expect(replies[0]!.status).toBe(303)
    expect(messages).toEqual([
      expect.objectContaining({
        instance: expect.any(Number),
        host: 'app.example',
        message: expect.stringMatching(/cookies\.domain .* no guard in front\.$/),
      }),
    ])
  })

  it('ends for a cookie that is not valid, and says so', async () => {
    const scene = await start()
    const visit = createVisitor(scene, `${scene.fake.cookieName}=garbage`)
    for (let round = 0; round < 3; round += 1) await visit('/')

    const { status, text } = await visit('/')
    expect([status, (JSON.parse(text) as { detail: string }).detail]).toEqual([
      401,
      'The browser came back from the login without a valid session cookie.',
    ])
  })

  it('ends for two pages in turn, as where one sends its visitors to the other', async () => {
    const visit = createBrowser(await start())
    const statuses = []
    for (let round = 0; round < 8; round += 1) statuses.push(await visit(round % 2 ? '/b' : '/a'))

    expect(statuses).toEqual([...Array<number>(6).fill(303), 401, 401])
  })

  it('ends for an address that is another each time, within the redirects that a browser follows', async () => {
    const visit = createBrowser(await start())
    const statuses = []
    for (let round = 0; round < 10; round += 1) statuses.push(await visit(`/?n=${round}`))

    expect(statuses).toEqual([...Array<number>(9).fill(303), 401])
  })

  it('is not what five tabs make that are opened at once', async () => {
    const visit = createBrowser(await start())
    for (let tab = 1; tab <= 5; tab += 1) expect(await visit(`/tab/${tab}`)).toBe(303)
    const all = createBrowser(await start())
    const statuses = await Promise.all([1, 2, 3, 4, 5].map((tab) => all(`/tab/${tab}`)))
    expect(statuses).toEqual(Array(5).fill(303))
  })

  it('ends for each of three tabs at once, whose answers cross', async () => {
    const scene = await start()
    const visit = createBrowser(scene)
    const tabs = ['/a', '/b', '/c']
    const rounds = []
    for (let round = 0; round < 4; round += 1) rounds.push(await Promise.all(tabs.map(visit)))

    expect(rounds).toEqual([...Array<number[]>(3).fill([303, 303, 303]), [401, 401, 401]])
  })

  it('ends for a step-up that does not help, too', async () => {
    const scene = await start({ policy: { aal: 'aal2' } })
    const visit = createBrowser(scene, scene.fake.signIn().cookie)
    const statuses = []
    for (let round = 0; round < 4; round += 1) statuses.push(await visit('/'))

    expect(statuses).toEqual([303, 303, 303, 403])
  })

  it('is not what slow or different navigations make', async () => {
    const scene = await start()
    const visit = createBrowser(scene)
    for (let round = 0; round < 6; round += 1) {
      expect(await visit('/slow')).toBe(303)
      scene.clock.advance(5_001)
    }
    for (let page = 0; page < 6; page += 1) expect(await visit(`/page/${page}`)).toBe(303)
  })

  it('is not ended for longer than ten seconds by a count that was planted', async () => {
    const scene = await start()
    const own = createVisitor(scene)
    const [line = ''] = (await own('/')).headers['set-cookie'] as string[]
    const planted = line.split(';', 1)[0]!.replace('=1.', '=3.')
    const visit = createBrowser(scene, planted)
    expect(await visit('/')).toBe(401)
    scene.clock.advance(10_000)
    for (let round = 0; round < 3; round += 1) expect(await visit('/')).toBe(303)
  })

  it('is not ended by a cookie that this package can not have set', async () => {
    const scene = await start()
    const now = String(scene.clock.now())
    const hash = 'A'.repeat(12)
    const later = String(scene.clock.now() + 60_000)
    const values = ['x', '', '3', '%', '1.2.3', `9.${now}`, `3.${later}`, `3.${now}`]
    for (const value of values) {
      const Cookie = `__Host-ory-login-bounce-${hash}=${value}`
      expect((await scene.get({ ...navigation, Cookie })).status).toBe(303)
    }
  })
})
