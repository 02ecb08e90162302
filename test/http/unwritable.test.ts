import { describe, expect, it } from '@jest/globals'
import type { SessionMiddleware, OrySessionOptions } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { frameworks } from '../support/frameworks.js'
import { form } from '../support/logout-scene.js'
import { navigation, appUrl } from '../support/navigation.js'
import { byCookie, byMadeUp, byToken, createWorld, get } from '../support/world.js'
import type { Headers } from '../support/world.js'

const world = createWorld()
const boom = new Error('a hook at the head of the answer is broken')

/** A hook at the head of the next answer, as `on-headers` sets one, that throws. */
const sabotage: SessionMiddleware = (_request, response, next) => {
  const { writeHead } = response
  response.writeHead = () => {
    response.writeHead = writeHead
    throw boom
  }
  next()
}

describe.each(frameworks)('an answer that cannot be written under $name', (framework) => {
  it.each<[string, Headers, boolean]>([
    ['a denial at once', {}, false],
    ['a denial after a call of Ory', byMadeUp(), false],
    ['a redirect at once', navigation, true],
    [
      'a redirect after a call of Ory',
      { ...navigation, Cookie: 'ory_kratos_session=nothing' },
      true,
    ],
  ])('goes to the error handler: %s', async (_name, headers, redirect) => {
    const options: OrySessionOptions = redirect ? { appUrl } : {}
    const before = [sabotage]
    const { site } = await world.start({
      framework,
      options,
      policy: { redirectToLogin: redirect },
      before,
    })

    const reply = await get(site, headers)

    expect([reply.status, reply.text]).toEqual([500, 'taken by the application'])
    expect(site.errors).toEqual([boom])
    expect(site.handled).toBe(0)
  })

  it('goes to the error handler where its head is out already', async () => {
    const before: SessionMiddleware[] = [
      (_request, response, next) => {
        const { end } = response
        response.end = () => {
          response.end = end
          response.flushHeaders()
          throw boom
        }
        next()
      },
    ]
    const { site } = await world.start({ framework, before })

    await get(site, byMadeUp()).catch(() => undefined)

    expect(site.errors).toEqual([boom])
  })

  it.each<[string, Headers | ((who: SignedIn) => Headers)]>([
    ['of a token', byToken],
    ['of the cookie of a form', (who) => ({ ...form, ...byCookie(who) })],
    ['of the cookie of a script', (who) => ({ ...byCookie(who), 'Sec-Fetch-Site': 'same-origin' })],
    ['of nobody', {}],
  ])('goes to the error handler: a logout %s', async (_name, headers) => {
    const fake = await world.fake({ allowedReturnUrls: [appUrl] })
    const ory = world.instance({ url: fake.url, appUrl })
    const site = await world.site(ory.logout(), { framework, before: [sabotage] })

    const reply = await get(site, typeof headers === 'function' ? headers(fake.signIn()) : headers)

    expect([reply.status, reply.text]).toEqual([500, 'taken by the application'])
    expect(site.errors).toEqual([boom])
  })
})
