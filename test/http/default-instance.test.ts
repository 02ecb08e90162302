import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type * as Package from '../../lib/index.js'
import { version } from '../../package.json'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()

describe('the default instance', () => {
  const before = process.env['ORY_SDK_URL']
  const name = Symbol.for(`express-ory-session@${version}.default`)
  afterEach(() => {
    Reflect.deleteProperty(globalThis, name)
    if (before === undefined) delete process.env['ORY_SDK_URL']
    else process.env['ORY_SDK_URL'] = before
  })

  /** The package as a new process would load it. */
  async function load(): Promise<typeof Package> {
    let loaded!: typeof Package
    await jest.isolateModulesAsync(async () => {
      loaded = await import('../../lib/index.js')
    })
    return loaded
  }

  it.each([undefined, ''])('says what to set when ORY_SDK_URL is %p', async (value) => {
    if (value === undefined) delete process.env['ORY_SDK_URL']
    else process.env['ORY_SDK_URL'] = value
    const { defaultOrySession, optionalSession, requireSession } = await load()

    for (const call of [requireSession, optionalSession, defaultOrySession]) {
      expect(() => call()).toThrow(TypeError)
      expect(() => call()).toThrow(/ORY_SDK_URL/)
    }
  })

  it('is one, made at the first call from ORY_SDK_URL', async () => {
    const { defaultOrySession, optionalSession, requireSession } = await load()
    const fake = await world.fake()
    process.env['ORY_SDK_URL'] = fake.url
    const required = await world.site(requireSession())
    process.env['ORY_SDK_URL'] = 'http://nobody.example'
    const optional = await world.site(optionalSession())
    const { token, session } = fake.signIn()
    const headers = byToken({ token })

    expect((await fetch(required.origin, { headers })).status).toBe(200)
    expect((await fetch(required.origin)).status).toBe(401)
    expect((await fetch(optional.origin, { headers })).status).toBe(200)
    expect(await defaultOrySession().authenticate({ headers })).toMatchObject({
      servedFrom: 'cache',
    })
    expect(fake.calls.whoami).toBe(1)
    expect(await defaultOrySession().invalidate({ session: session.id })).toBe(1)
  })

  it('is the same for the other module format of the package', async () => {
    process.env['ORY_SDK_URL'] = 'http://127.0.0.1:1'
    const [one, other] = [await load(), await load()]
    expect(one.createOrySession).not.toBe(other.createOrySession)
    expect(one.defaultOrySession()).toBe(other.defaultOrySession())
  })

  it('is what createOrySession() without options is like, and url goes before', async () => {
    const { createOrySession } = await load()
    const fake = await world.fake()
    process.env['ORY_SDK_URL'] = 'http://127.0.0.1:1'
    const ory = createOrySession({ url: fake.url })
    const { token } = fake.signIn()

    expect(await ory.authenticate({ headers: byToken({ token }) })).toMatchObject({
      servedFrom: 'upstream',
    })
    await ory.close()
  })
})
