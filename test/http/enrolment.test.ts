import { describe, expect, it } from '@jest/globals'
import { frameworks } from '../support/frameworks.js'
import { appUrl, navigation, readLocation, startRedirecting } from '../support/navigation.js'
import { byCookie, byToken, createWorld } from '../support/world.js'
import type { Scene, SceneOptions } from '../support/world.js'

const world = createWorld()
const start = async (scene: SceneOptions = {}): Promise<Scene> =>
  startRedirecting(world, { ...scene, policy: { aal: 'aal2', ...scene.policy } })

/** The paths that Ory was asked for, besides whoami. */
const others = ({ fake }: Scene): string[] =>
  fake.calls.all.filter(({ route }) => route !== 'whoami').map(({ path }) => path)

describe.each(frameworks)('a page for aal2, under $name', (framework) => {
  it('sends a person without a second factor to enrol one, and then back', async () => {
    const scene = await start({ framework })
    const { fake, get } = scene
    const reply = await get({ ...navigation, ...byCookie(fake.signIn()) }, '/vault?a=b')

    expect(reply.status).toBe(303)
    expect(readLocation(reply.headers['location'])).toEqual({
      page: `${fake.url}/self-service/settings/browser`,
      query: [['return_to', `${appUrl}/vault?a=b`]],
    })
    expect(others(scene)).toEqual(['/self-service/login/browser?aal=aal2'])
  })

  it('sends a person with one to show it', async () => {
    const { fake, get } = await start({ framework })
    const person = byCookie(fake.signIn({ secondFactor: true }))
    const reply = await get({ ...navigation, ...person }, '/vault')

    expect(readLocation(reply.headers['location'])).toEqual({
      page: `${fake.url}/self-service/login/browser`,
      query: [
        ['return_to', `${appUrl}/vault`],
        ['aal', 'aal2'],
      ],
    })
  })

  it('says so to an app, which is asked about by its token', async () => {
    const scene = await start({ framework })
    const { fake, get } = scene
    const { status, body } = await get(byToken(fake.signIn()))

    expect(status).toBe(403)
    expect(body).toMatchObject({
      code: 'session_aal2_required',
      required_aal: 'aal2',
      detail: expect.stringContaining('none is enrolled'),
      redirect_browser_to: `${fake.url}/self-service/settings/browser`,
    })
    expect(others(scene)).toEqual(['/self-service/login/api?aal=aal2'])
  })
})

describe('the question whether a second factor is enrolled', () => {
  it('is asked once a minute at most for a person, on a hit and on a miss', async () => {
    const scene = await start()
    const { fake, get, clock } = scene
    const { session, token } = fake.signIn()
    const other = fake.signIn({ identityId: session.identity.id })
    for (const one of [{ token }, { token }, other, { token }]) {
      const { body } = await get(byToken(one))
      expect(body.redirect_browser_to).toContain('/settings/')
    }
    expect(others(scene)).toHaveLength(1)
    clock.advance(60_000)
    await get(byToken({ token }))
    expect(others(scene)).toHaveLength(2)
  })

  it('is asked for each person', async () => {
    const scene = await start()
    for (const one of [scene.fake.signIn(), scene.fake.signIn()]) await scene.get(byToken(one))
    expect(others(scene)).toHaveLength(2)
  })

  it.each([500, 429, 'silent', 'reset'] as const)(
    'has the step-up for an answer where Ory has none: %p',
    async (kind) => {
      const { fake, get } = await start({ options: { timeoutMs: 1_000 } })
      const headers = byToken(fake.signIn())
      await get(headers)
      const fresh = byToken(fake.signIn())
      fake.fault(kind, { path: 'page' })
      const { status, body } = await get(fresh)
      expect(status).toBe(403)
      expect(body.redirect_browser_to).toBe(`${fake.url}/self-service/login/browser?aal=aal2`)
    },
  )

  it('passes no cookie on, and asks with the session cookie alone', async () => {
    const { fake, get } = await start()
    const { cookie } = fake.signIn()
    const reply = await get({ Cookie: `theme=dark; ${cookie}` })
    expect(reply.headers).not.toHaveProperty('set-cookie')
    expect(fake.calls.last?.headers.cookie).toBe(cookie)
  })

  it('is not asked where the level is there, or where it is the login that is too old', async () => {
    const scene = await start({ policy: { aal: 'aal1', maxAgeMs: 1 } })
    await scene.get(byToken(scene.fake.signIn({ authenticatedAgoMs: 2_000 })))
    expect(others(scene)).toEqual([])
  })

  it('lets a person in who has enrolled one meanwhile', async () => {
    const { fake, get, clock } = await start()
    const signedIn = fake.signIn()
    await get(byCookie(signedIn)).expect(403)
    fake.stepUp(signedIn)
    clock.advance(1_001)
    await get(byCookie(signedIn)).expect(200)
  })

  it('is asked anew about a person who has shown one since, and logs in once more', async () => {
    const { fake, get, clock } = await start()
    const signedIn = fake.signIn()
    await get(byCookie(signedIn)).expect(403)
    fake.stepUp(signedIn)
    clock.advance(1_001)
    await get(byCookie(signedIn)).expect(200)
    const { id: identityId } = signedIn.session.identity

    const { body } = await get(byCookie(fake.signIn({ identityId, secondFactor: true })))

    expect(body.redirect_browser_to).toContain('/login/browser?aal=aal2')
  })

  it('is asked anew about an identity that was invalidated, as by a hook of the settings', async () => {
    const { fake, get, ory } = await start()
    const signedIn = fake.signIn()
    await get(byCookie(signedIn)).expect(403)
    const { id: identity } = signedIn.session.identity
    const again = fake.signIn({ identityId: identity, secondFactor: true })

    await ory.invalidate({ identity })
    const { body } = await get(byCookie(again))

    expect(body.redirect_browser_to).toContain('/login/browser?aal=aal2')
  })
})

describe.each(frameworks)(
  'a login that stopped before its second factor, under $name',
  (framework) => {
    const half = { framework, fakeOptions: { requiredAal: 'highest_available' as const } }

    it('is no session on an optional route', async () => {
      const { fake, get } = await world.start({ ...half, isOptional: true })
      const { status, body } = await get(byCookie(fake.signIn({ secondFactor: true })))
      expect([status, body]).toEqual([200, { session: null }])
    })

    it('is a denial where an optional route asks for a level', async () => {
      for (const aal of ['aal1', 'aal2'] as const) {
        const { fake, get } = await world.start({ ...half, isOptional: true, policy: { aal } })
        const { status, body } = await get(byCookie(fake.signIn({ secondFactor: true })))
        expect([status, body.code]).toEqual([403, 'session_aal2_required'])
      }
    })

    it('is a denial where a session is required', async () => {
      const { fake, get } = await world.start(half)
      await get(byCookie(fake.signIn({ secondFactor: true }))).expect(403)
    })
  },
)
