import { describe, expect, it, jest } from '@jest/globals'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { getSession, isSessionError, SessionError } from '../../lib/index.js'
import type * as Package from '../../lib/index.js'
import type { SessionMiddleware } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()

describe('two copies of the package in one process', () => {
  async function load(): Promise<typeof Package> {
    let copy!: typeof Package
    await jest.isolateModulesAsync(async () => {
      copy = await import('../../lib/index.js')
    })
    return copy
  }

  it('know the errors and the sessions of each other', async () => {
    const copy = await load()
    expect(copy.SessionError).not.toBe(SessionError)
    const { fake, ory } = await world.start()
    const { error } = await ory.authenticate({ headers: {} })

    expect(error).not.toBeInstanceOf(copy.SessionError)
    expect(copy.isSessionError(error)).toBe(true)
    expect(isSessionError(new copy.SessionError('session_missing'))).toBe(true)

    const site = await world.site(ory.requireSession())
    await fetch(site.origin, { headers: byToken(fake.signIn()) })
    const { request } = site.visits[0]!
    expect(copy.getSession(request)).toBe(getSession(request))
    expect(copy.getSession(request)).toBeDefined()
  })

  it('read what the other has attached, under whatever name and in whatever order', async () => {
    const [one, other] = [await load(), await load()]
    const fake = await world.fake()
    const [first, second] = [fake.signIn(), fake.signIn()]
    const instances = [
      one.createOrySession({ url: fake.url }),
      other.createOrySession({ url: fake.url, property: 'ory' }),
    ] as const
    const [usual, odd] = [instances[0].requireSession(), instances[1].requireSession()]
    const request = new IncomingMessage(new Socket())
    const pass = async (guard: SessionMiddleware, { token }: SignedIn): Promise<void> => {
      request.headers['x-session-token'] = token
      await new Promise((resolve) => {
        guard(request, new ServerResponse(request), resolve)
      })
    }

    for (const [guard, session] of [
      [usual, first],
      [odd, second],
      [usual, first],
      [odd, first],
      [usual, second],
    ] as const) {
      await pass(guard, session)
      for (const copy of [one, other]) expect(copy.getSession(request)?.id).toBe(session.session.id)
    }
    await Promise.all(instances.map(async (instance) => instance.close()))
  })

  it.each([
    null,
    undefined,
    'x',
    new Error('x'),
    {},
    { code: 'session_missing', status: 401, name: 'SessionError' },
  ])('do not take %p for an error of theirs', (value) => {
    expect(isSessionError(value)).toBe(false)
  })
})
