import cookieParser from 'cookie-parser'
import express from 'express'
import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { SessionMiddleware, OrySessionOptions } from '../../lib/index.js'
import { sendRaw } from '../support/raw.js'
import { byCookie, createWorld } from '../support/world.js'

const world = createWorld()
const name = 'ory_kratos_session'

describe('session cookies', () => {
  it.each<[string, string, string]>([
    ['padding', `${name}=abc==`, `${name}=abc==`],
    ['percent signs as they are', `${name}=a%3Db%20`, `${name}=a%3Db%20`],
    ['double quotes', `${name}="abc"`, `${name}="abc"`],
    [
      'every octet that is allowed',
      `${name}=!#$&'()*+-./:<=>?@[]^_\`{|}~`,
      `${name}=!#$&'()*+-./:<=>?@[]^_\`{|}~`,
    ],
    [
      'all of one name in order',
      `${name}=1; ${name}=2; ${name}=3`,
      `${name}=1; ${name}=2; ${name}=3`,
    ],
    ['both names in order', `ory_session_slug=2; ${name}=1`, `ory_session_slug=2; ${name}=1`],
    ['none of the others', `a=1; ${name}=x; csrf_token_b=2; ${name}_x=3; x${name}=4`, `${name}=x`],
    ['none of a name in other letters', `Ory_Kratos_Session=1; ${name}=x`, `${name}=x`],
    ['nothing of the blanks around', `a=1 ;\t ${name}=x ;b=2`, `${name}=x`],
    ['good ones beside bad ones', `${name}=a b; ${name}=x; ${name}=é`, `${name}=x`],
  ])('travel byte for byte: %s', async (_name, header, sent) => {
    const { fake, site } = await world.start()

    const reply = await sendRaw(site.port, '/', [`Cookie: ${header}`])

    expect(reply.status).toBe(401)
    expect(fake.calls.all[0]!.headers.cookie).toBe(sent)
  })

  it('are gathered from several Cookie headers, as HTTP/2 gateways send them', async () => {
    const { fake, site } = await world.start()
    const { cookie } = fake.signIn()

    const lines = ['Cookie: a=1', `Cookie: ${name}=garbage`, `Cookie: ${cookie}`]
    const reply = await sendRaw(site.port, '/', lines)

    expect(reply.status).toBe(200)
    expect(fake.calls.last!.headers.cookie).toBe(`${name}=garbage; ${cookie}`)
  })

  it('count for Ory by the first that decodes, so a planted one locks nobody out', async () => {
    const { fake, get } = await world.start()
    const { cookie, session } = fake.signIn()

    const reply = await get({ Cookie: `${name}=planted; ${cookie}; ${name}=; other=1` })

    expect(reply.body.session.id).toBe(session.id)
  })

  it.each<[OrySessionOptions['cookieName'], string, boolean]>([
    ['sid', 'sid', true],
    ['sid', name, false],
    ['sid', 'sid2', false],
    [/^ory_/, 'ory_custom', true],
    [/^ory_/g, 'ory_custom', true],
    [/^ory_/, 'my_ory_custom', false],
    [['sid', /^app-\d+$/], 'sid', true],
    [['sid', /^app-\d+$/], 'app-42', true],
    [['sid', /^app-\d+$/], 'app-x', false],
    [undefined, 'ory_session_playground', true],
    [undefined, 'ory_session_', false],
    [undefined, 'ory_session_a-b', false],
  ])('are known by cookieName %p: %s %s', async (cookieName, cookie, isKnown) => {
    const fakeOptions = { cookieName: cookie }
    const options = cookieName === undefined ? {} : { cookieName }
    const { fake, get } = await world.start({ fakeOptions, options })
    const headers = byCookie(fake.signIn())

    const replies = [await get(headers), await get({ ...headers, 'X-Again': '1' })]

    expect(replies.map(({ status }) => status)).toEqual(Array(2).fill(isKnown ? 200 : 401))
    expect(fake.calls.whoami).toBe(isKnown ? 1 : 0)
  })

  it.each<[string, SessionMiddleware[]]>([
    ['cookie-parser', [cookieParser('secret') as SessionMiddleware]],
    [
      'a parser of bodies',
      [
        express.json() as SessionMiddleware,
        express.urlencoded({ extended: true }) as SessionMiddleware,
      ],
    ],
  ])('are read the same behind %s', async (_name, before) => {
    const { fake, site } = await world.start({ before })
    const { cookie } = fake.signIn()
    const whole = `a=%7B%7D; j=j%3A%7B%7D; ${cookie}; ${name}=s%3Ax.y`

    const reply = await request(site.origin)
      .post('/')
      .set({ Cookie: whole, 'Sec-Fetch-Site': 'same-origin' })
      .send({ session: 'x', user: { id: 1 } })

    expect(reply.status).toBe(200)
    expect(fake.calls.last!.headers.cookie).toBe(`${cookie}; ${name}=s%3Ax.y`)
    expect(fake.calls.last!.method).toBe('GET')
  })

  it('share the memory of the good one, whatever else that can be none stands beside it', async () => {
    const { fake, ory, get } = await world.start()
    const { cookie } = fake.signIn()
    await get({ Cookie: cookie }).expect(200)
    for (let index = 0; index < 5; index += 1) {
      await get({ Cookie: `${cookie}; ${name}=a b${String(index)}` }).expect(200)
    }

    expect(fake.calls.whoami).toBe(1)
    expect(ory.stats()).toMatchObject({ entries: 1, hits: 5 })
    const request = { headers: { cookie: `${name}="; ${cookie}` } }
    expect(await ory.invalidate({ request })).toBe(1)
  })
})
