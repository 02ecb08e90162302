import { describe, expect, it, jest } from '@jest/globals'
import { getSession, isSessionError, SessionError } from '../../lib/index.js'
import type * as Package from '../../lib/index.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()

describe('two copies of the package in one process', () => {
  it('know the errors and the sessions of each other', async () => {
    let copy!: typeof Package
    await jest.isolateModulesAsync(async () => {
      copy = await import('../../lib/index.js')
    })
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
