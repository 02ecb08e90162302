import { describe, expect, it } from '@jest/globals'
import type { SessionMiddleware } from '../../lib/index.js'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { frameworks } from '../support/frameworks.js'
import { byCookie, byToken, createWorld, idle } from '../support/world.js'
import type { Scene } from '../support/world.js'

const world = createWorld()
const name = 'ory_kratos_session'

/** The renewed cookie of an answer, as Ory writes it. */
const renewed = expect.stringMatching(
  new RegExp(`^${name}=[\\w-]+=*; Path=/; Expires=[^;]+; Max-Age=\\d+; HttpOnly; SameSite=Lax$`),
)

const cookiesOf = ({ headers }: { headers: Record<string, unknown> }): unknown =>
  headers['set-cookie'] ?? []

/** Has Ory let a session end later than its cookie says. */
function extend({ fake, clock }: Scene, signedIn: SignedIn): void {
  clock.advance(1_000)
  fake.extend(signedIn)
}

/** Lets Ory send these `Set-Cookie` lines with every answer. */
const alwaysSetting = (fake: FakeOry, lines: string | string[]): unknown =>
  fake.fault((right) => ({ ...right, headers: { ...right.headers, 'Set-Cookie': lines } }))

describe.each(frameworks)('a cookie that Ory renews, under $name', (framework) => {
  it('goes to the response of the request that caused the call, as it is', async () => {
    const scene = await world.start({ framework })
    const { fake, get } = scene
    const signedIn = fake.signIn()
    extend(scene, signedIn)

    const reply = await get(byCookie(signedIn)).expect(200)

    expect(cookiesOf(reply)).toEqual([renewed])
    const [line] = cookiesOf(reply) as string[]
    const again = await get({ Cookie: line!.split(';')[0]! }).expect(200)
    expect(again.body.session.id).toBe(signedIn.session.id)
    expect(cookiesOf(again)).toEqual([])
  })

  it('stands beside what others set', async () => {
    const before: SessionMiddleware = (_request, response, next) => {
      response.setHeader('Set-Cookie', 'theme=dark')
      next()
    }
    const scene = await world.start({ framework, before: [before] })
    const { fake, get } = scene
    const signedIn = fake.signIn()
    extend(scene, signedIn)

    expect(cookiesOf(await get(byCookie(signedIn)))).toEqual(['theme=dark', renewed])
  })
})

describe('a cookie that Ory renews', () => {
  it('goes out once, though two guards of a chain share the answer that brought it', async () => {
    const { fake, ory, clock } = await world.start({ options: { cacheTtlMs: 0 } })
    const [first, second] = [ory.requireSession(), ory.requireSession({ fresh: true })]
    const site = await world.site((request, response, next) => {
      first(request, response, (error) => {
        if (error === undefined) second(request, response, next)
        else next(error)
      })
    })
    const signedIn = fake.signIn()
    clock.advance(1_000)
    fake.extend(signedIn)

    const reply = await fetch(site.origin, { headers: byCookie(signedIn) })

    expect(reply.headers.getSetCookie()).toEqual([renewed])
    expect(fake.calls.whoami).toBe(1)
  })

  it('is not stored, so a hit has none', async () => {
    const scene = await world.start()
    const { fake, get } = scene
    const signedIn = fake.signIn()
    extend(scene, signedIn)
    await get(byCookie(signedIn)).expect(200)

    expect(cookiesOf(await get(byCookie(signedIn)).expect(200))).toEqual([])
    expect(fake.calls.whoami).toBe(1)
  })

  it('goes to one of those who wait together', async () => {
    const scene = await world.start()
    const { fake, site, get } = scene
    const signedIn = fake.signIn()
    extend(scene, signedIn)
    const held = fake.fault('held')
    const replies = Array.from({ length: 4 }, async () => get(byCookie(signedIn)))
    await site.arrived(4)
    held.heal()

    const lines = (await Promise.all(replies)).flatMap(cookiesOf)

    expect(lines).toEqual([renewed])
  })

  it('is for a cookie alone, and never for a token', async () => {
    const { fake, get } = await world.start()
    const { token, cookie } = fake.signIn()
    alwaysSetting(fake, `${name}=planted; Path=/`)

    for (const headers of [
      { 'X-Session-Token': token },
      { Authorization: `Bearer ${token}`, Cookie: cookie },
    ]) {
      expect(cookiesOf(await get(headers).expect(200))).toEqual([])
    }
  })

  it('is the only one of those that Ory sends which is passed on', async () => {
    const { fake, get } = await world.start()
    alwaysSetting(fake, [
      'csrf_token_x=1; Path=/',
      `${name}=new; Path=/; HttpOnly`,
      `${name}_x=1`,
      '__cflb=2',
      name,
      `x=${name}=3`,
      'ory_session_other=4',
    ])

    const reply = await get(byCookie(fake.signIn())).expect(200)

    expect(cookiesOf(reply)).toEqual([`${name}=new; Path=/; HttpOnly`])
  })

  it('is passed on for whichever name the cookie has', async () => {
    const scene = await world.start({ fakeOptions: { cookieName: 'ory_session_slug' } })
    const { fake, get } = scene
    const signedIn = fake.signIn()
    extend(scene, signedIn)

    const reply = await get(byCookie(signedIn)).expect(200)

    expect(cookiesOf(reply)).toEqual([expect.stringMatching(/^ory_session_slug=/)])
  })

  it('is dropped by a refresh in the background, and the next request asks for it', async () => {
    const scene = await world.start()
    const { fake, ory, get, clock } = scene
    const signedIn = fake.signIn()
    const other = fake.signIn()
    await get(byCookie(signedIn)).expect(200)
    await get(byCookie(other)).expect(200)
    extend(scene, signedIn)
    clock.advance(7_000)
    expect(cookiesOf(await get(byCookie(signedIn)).expect(200))).toEqual([])
    await idle(ory)
    expect(cookiesOf(await get(byCookie(other)).expect(200))).toEqual([])

    expect(cookiesOf(await get(byCookie(signedIn)).expect(200))).toEqual([renewed])
  })

  it('reaches nobody by a later request when the first one was a token', async () => {
    const scene = await world.start()
    const { fake, get } = scene
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    extend(scene, signedIn)

    const reply = await get(byCookie(signedIn)).expect(200)

    expect(cookiesOf(reply)).toEqual([renewed])
    expect(fake.calls.whoami).toBe(2)
  })

  it('reaches a request that the policy denies, which caused the call just the same', async () => {
    const scene = await world.start({ policy: { aal: 'aal2' } })
    const { fake, get } = scene
    const signedIn = fake.signIn()
    extend(scene, signedIn)

    const reply = await get(byCookie(signedIn)).expect(403)

    expect(cookiesOf(reply)).toEqual([renewed])
  })

  it('stays with Ory where the option says so', async () => {
    const scene = await world.start({ options: { forwardSetCookie: false } })
    const { fake, ory, get, clock } = scene
    const signedIn = fake.signIn()
    extend(scene, signedIn)
    expect(cookiesOf(await get(byCookie(signedIn)).expect(200))).toEqual([])
    clock.advance(8_000)
    await get(byCookie(signedIn)).expect(200)
    await idle(ory)

    await get(byCookie(signedIn)).expect(200)

    expect(fake.calls.whoami).toBe(2)
  })

  it('cannot smuggle a header in', async () => {
    const { fake, get } = await world.start()
    alwaysSetting(fake, [`${name}=caf\xe9`, `${name}=good`])

    const reply = await get(byCookie(fake.signIn())).expect(200)

    expect(cookiesOf(reply)).toEqual([`${name}=good`])
  })
})
