import { describe, expect, it, jest } from '@jest/globals'
import { getSession } from '../../lib/index.js'
import type { SessionMiddleware } from '../../lib/index.js'
import { frameworks } from '../support/frameworks.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()

const put =
  (property: string, value: unknown): SessionMiddleware =>
  (request, _response, next) => {
    Reflect.set(request, property, value)
    next()
  }

// Not imported: its types declare `req.session` for the whole program, as ours do.
const session = jest.requireActual<(options: object) => SessionMiddleware>('express-session')
const expressSession = session({
  secret: 'secret',
  resave: false,
  saveUninitialized: true,
})

describe.each(frameworks)('req.session of somebody else under $name', (framework) => {
  it.each<[string, SessionMiddleware]>([
    ['express-session', expressSession],
    ['an object', put('session', { identity: { id: 'root' } })],
    ['an empty object', put('session', {})],
    ['a string', put('session', 'x')],
    ['zero', put('session', 0)],
    ['null', put('session', null)],
  ])('is an error for next that names the fix, and is not touched: %s', async (_name, before) => {
    for (const isOptional of [false, true]) {
      const { fake, site, get } = await world.start({ framework, before: [before], isOptional })

      await get(byToken(fake.signIn())).expect(500)

      expect(site.errors).toEqual([expect.any(TypeError)])
      expect(String(site.errors[0])).toMatch(/req\.session.*express-session.*property: '/s)
      expect(site.handled).toBe(0)
      expect(fake.calls.whoami).toBe(0)
      expect(getSession(site.visits[0]!.request)).toBeUndefined()
    }
  })

  it('is left alone when the session goes elsewhere', async () => {
    const { fake, get } = await world.start({
      framework,
      before: [expressSession],
      options: { property: 'ory' },
      handler(request, response) {
        const { ory, session: theirs } = request as unknown as {
          ory: { id: string }
          session: { id: string; touch: unknown }
        }
        response.end(JSON.stringify([ory.id, typeof theirs.touch, getSession(request)?.id]))
      },
    })
    const signedIn = fake.signIn()

    const reply = await get(byToken(signedIn)).expect(200)

    const { id } = signedIn.session
    expect(JSON.parse(reply.text)).toEqual([id, 'function', id])
  })
})

describe('a session that is on the request already', () => {
  it('is fine when it is ours: guards may follow one another', async () => {
    const { fake, ory, site, get } = await world.start({
      policy: { authMethods: ['password'] },
    })
    const chain = await world.site(ory.requireSession(), {
      before: [ory.optionalSession(), ory.requireSession({ aal: 'aal1' })],
    })
    const headers = byToken(fake.signIn())

    await get(headers).expect(200)
    expect((await fetch(chain.origin, { headers })).status).toBe(200)

    expect(site.errors.concat(chain.errors)).toEqual([])
    expect(fake.calls.whoami).toBe(1)
  })

  it('is fine when another instance of ours has put it there', async () => {
    const [mine, theirs] = [await world.start(), await world.start()]
    const both = await world.site(mine.ory.requireSession(), {
      before: [theirs.ory.optionalSession()],
    })
    const signedIn = mine.fake.signIn()

    const reply = await fetch(both.origin, { headers: byToken(signedIn) })

    expect(((await reply.json()) as { session: { id: string } }).session.id).toBe(
      signedIn.session.id,
    )
  })

  it('is not fine when it is a copy of ours', async () => {
    const copy: SessionMiddleware = (request, _response, next) => {
      const ours = getSession(request)!
      Reflect.set(request, 'session', { ...ours })
      next()
    }
    const { fake, ory } = await world.start()
    const site = await world.site(ory.requireSession(), { before: [ory.requireSession(), copy] })

    const reply = await fetch(site.origin, { headers: byToken(fake.signIn()) })

    expect(reply.status).toBe(500)
    expect(site.errors).toEqual([expect.any(TypeError)])
  })
})

describe('getSession', () => {
  it.each([
    ['an empty request', {}],
    ['a foreign session', { session: { id: 'x', active: true, identity: { id: 'y' } } }],
  ])('has nothing for %s', (_name, request) => {
    expect(getSession(request)).toBeUndefined()
  })
})
