import { describe, expect, it } from '@jest/globals'
import { navigation, startRedirecting } from '../support/navigation.js'
import type { Scene, SceneOptions } from '../support/world.js'
import { createWorld } from '../support/world.js'

const world = createWorld()
const start = async (scene?: SceneOptions): Promise<Scene> => startRedirecting(world, scene)

/** A browser as far as cookies go. */
function createBrowser(scene: Scene, cookie = ''): (path: string) => Promise<number> {
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
    return reply.status
  }
}

describe('a redirect loop', () => {
  it('ends in the plain denial, and that denial in another try', async () => {
    const scene = await start()
    const visit = createBrowser(scene)
    const statuses = []
    for (let round = 0; round < 8; round += 1) statuses.push(await visit('/dashboard'))

    expect(statuses).toEqual([303, 303, 303, 401, 303, 303, 303, 401])
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

  it('is not ended by a cookie that somebody has planted, for longer than one denial', async () => {
    const scene = await start()
    for (const value of ['x', '9.9999999999999.AAAAAAAAAAAA', '', '3', '%', '1.2.3.4']) {
      const reply = await scene.get({ ...navigation, Cookie: `ory_session_bounce=${value}` })
      expect(reply.status).toBe(303)
    }
  })
})
