import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { SessionMiddleware } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { byCookie, byMadeUp, byToken, createWorld } from '../support/world.js'
import type { Headers } from '../support/world.js'

const world = createWorld()

/** An application that begins to answer before its logout, or while Ory is asked for it. */
async function start(when: 'before' | 'meanwhile') {
  const fake = await world.fake()
  const ory = world.instance({ url: fake.url })
  const held = when === 'meanwhile' ? fake.fault('held', { path: 'logout' }) : undefined
  const begin: SessionMiddleware = (_incoming, response, next) => {
    const write = (): void => {
      response.writeHead(200)
      response.write('begun, and ')
      held?.heal()
    }
    if (held === undefined) write()
    else void fake.calls.waitFor(1, 'logout').then(write)
    next()
  }
  return { fake, site: await world.site(ory.logout(), { before: [begin] }) }
}

describe('a logout whose answer has begun', () => {
  it.each(['before', 'meanwhile'] as const)(
    'goes to the application’s error handler: %s',
    async (when) => {
      const { fake, site } = await start(when)
      const signedIn = fake.signIn()
      const reply = await request(site.origin).post('/').set(byToken(signedIn))
      expect([reply.status, reply.text]).toEqual([200, 'begun, and taken by the application'])
      expect(site.errors).toEqual([expect.objectContaining({ name: 'Error' })])
      expect(fake.session(signedIn).active).toBe(when === 'before')
    },
  )

  it.each<[string, (signedIn: SignedIn) => Headers]>([
    ['a cookie', byCookie],
    ['a made-up token', () => byMadeUp(1)],
  ])('does so for %s too', async (_title, by) => {
    const { fake, site } = await start('meanwhile')
    const reply = await request(site.origin)
      .post('/')
      .set({ 'Sec-Fetch-Site': 'same-origin', ...by(fake.signIn()) })
    expect(reply.text).toBe('begun, and taken by the application')
    expect(site.errors).toHaveLength(1)
  })
})
