import { connect as connectSocket } from 'node:net'
import crypto from 'node:crypto'
import { json, raw, text } from 'express'
import { describe, expect, it, jest } from '@jest/globals'
import request from 'supertest'
import { createWebhookSecret } from '../../lib/http/webhook-secret.js'
import type { OrySession, SessionStore } from '../../lib/index.js'
import { expectNoSecret } from '../support/canary.js'
import { eventually, heard, outcomeOf, startFleet } from '../support/fleet.js'
import { frameworks } from '../support/frameworks.js'
import type { Framework } from '../support/frameworks.js'
import { byToken, createWorld, get } from '../support/world.js'

const world = createWorld()
const secret = 'a-secret-of-the-web-hook'
const bearer = `Bearer ${secret}`
const zeros = '00000000-0000-0000-0000-000000000000'

async function startWith(framework?: Framework, before: Parameters<typeof world.site>[1] = {}) {
  const fake = await world.fake()
  const ory = world.instance({ url: fake.url })
  const where = framework === undefined ? {} : { framework }
  const app = await world.site(ory.requireSession(), where)
  const hooks = await world.site(ory.webhook({ secret }), { ...where, ...before })
  const person = fake.signIn()
  await get(app, byToken(person)).expect(200)
  const post = (body: object | string, authorization = bearer) =>
    request(hooks.origin)
      .post('/hook')
      .set({ Authorization: authorization, 'Content-Type': 'application/json' })
      .send(body)
  return { fake, ory, app, hooks, person, post }
}

describe('the web hook of a response that somebody else uses', () => {
  it.each<[string, PropertyDescriptor, RegExp]>([
    ['has begun', { value: true }, /had begun before it/],
    [
      'throws when asked',
      {
        get() {
          throw new Error('no such member here')
        },
      },
      /no such member here/,
    ],
  ])('hands an error on, once, if it %s', async (_title, headersSent, message) => {
    const { ory } = await startWith()
    const next = jest.fn()
    const response = Object.defineProperty({ end: jest.fn() }, 'headersSent', headersSent)

    ory.webhook({ secret })({ headers: {} } as never, response as never, next)
    await eventually(async () => next.mock.calls.length > 0)

    expect(next.mock.calls).toEqual([
      [expect.objectContaining({ message: expect.stringMatching(message) })],
    ])
    expect(response.end).not.toHaveBeenCalled()
  })
})

describe.each(frameworks)('the web hook under $name', (framework) => {
  it.each(['identity', 'session'])('forgets what it knows of a %s', async (kind) => {
    const { fake, app, person, post } = await startWith(framework)
    fake.revoke(person)
    const id = kind === 'session' ? person.session.id : person.session.identity.id

    await post({ [kind]: id }).expect(204, '')

    await get(app, byToken(person)).expect(401)
  })

  it('answers 204 as often as Kratos asks', async () => {
    const { person, post } = await startWith(framework)

    for (const _attempt of [1, 2, 3]) {
      await post({ identity: person.session.identity.id }).expect(204)
    }
  })

  it('works behind a body parser', async () => {
    const { fake, app, person, post } = await startWith(framework, { before: [json()] })
    fake.revoke(person)

    await post({ identity: person.session.identity.id }).expect(204)

    await get(app, byToken(person)).expect(401)
  })

  it('answers 401 without a detail, and leaves the session, when the secret is wrong', async () => {
    const { fake, person, app, post } = await startWith(framework)

    const reply = await post({ identity: person.session.identity.id }, 'Bearer another-secret-here')

    expect(reply.status).toBe(401)
    expect(reply.body).toEqual({ type: 'about:blank', title: 'Unauthorized', status: 401 })
    expectNoSecret([reply.headers, reply.text], [secret])
    await get(app, byToken(person)).expect(200)
    expect(fake.calls.whoami).toBe(1)
  })
})

describe('the web hook', () => {
  it.each([
    ['a bearer token', bearer, 204],
    ['a bearer token with another case of the scheme', `bEARER ${secret}`, 204],
    ['the password of basic auth', `Basic ${btoa(`kratos:${secret}`)}`, 204],
    ['a password with an empty user', `Basic ${btoa(`:${secret}`)}`, 204],
    ['no header', '', 401],
    ['the secret alone', secret, 401],
    ['the beginning of the secret', `Bearer ${secret.slice(0, -1)}`, 401],
    ['more than the secret', `Bearer ${secret}x`, 401],
    ['the secret as the user of basic auth', `Basic ${btoa(`${secret}:`)}`, 401],
    ['basic auth without a colon', `Basic ${btoa(secret)}`, 401],
  ])('takes %s for %s: %i', async (_name, authorization, status) => {
    const { person, post } = await startWith()

    await post({ session: person.session.id }, authorization).expect(status)
  })

  it.each([
    ['no JSON', '{', /no JSON/],
    ['bytes that are no UTF-8', '"\u0000', /no JSON/],
    ['a list', '[]', /must be/],
    ['null', 'null', /must be/],
    ['nobody', '{}', /must be/],
    ['an empty id', '{"identity":""}', /must be/],
    ['a number', '{"identity":1}', /must be/],
    ['a long id', `{"identity":"${'a'.repeat(129)}"}`, /must be/],
    ['both', '{"identity":"a","session":"b"}', /must be/],
    ['a whole context', '{"identity":"a","ctx":{"request_cookies":{"c":"d"}}}', /must be/],
    ['the session of a first login', `{"session":"${zeros}"}`, /first login/],
    ['an empty body', '', /empty|no JSON/],
  ])('answers 400 to %s', async (_name, body, detail) => {
    const { post } = await startWith()

    const reply = await post(body).expect(400)

    expect(reply.type).toBe('application/problem+json')
    expect(reply.body.detail).toMatch(detail)
  })

  it('answers 415 to a body that is not JSON, and 405 to a GET', async () => {
    const { hooks } = await startWith()
    const ask = request(hooks.origin)

    await ask.post('/').set({ Authorization: bearer }).type('text/plain').send('x').expect(415)
    await ask.get('/').set({ Authorization: bearer }).expect(405).expect('Allow', 'POST')
  })

  it('answers 413 to a body of more than 16 KiB, announced or not', async () => {
    const { hooks, post } = await startWith()
    const long = JSON.stringify({ identity: 'a'.repeat(17_000) })

    await post(long).expect(413)

    const chunked = `POST / HTTP/1.1\r\nHost: a\r\nAuthorization: ${bearer}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
    const socket = connectSocket(hooks.port, '127.0.0.1')
    socket.write(`${chunked}${long.length.toString(16)}\r\n${long}\r\n`)
    let answer = ''
    for await (const chunk of socket) {
      answer += String(chunk)
      if (answer.includes('\r\n\r\n')) break
    }
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('reads no body of a caller without the secret', async () => {
    const { hooks } = await startWith()
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`
    const socket = connectSocket(hooks.port, '127.0.0.1')
    socket.write(head)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)

    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    expect(answer).toMatch(/\r\nConnection: close\r\n/)
  })

  it('answers 400 when a parser has read the body and kept nothing', async () => {
    const { post } = await startWith(undefined, {
      before: [(incoming, _response, next) => void incoming.resume().once('end', () => next())],
    })

    const reply = await post({ identity: 'a' }).expect(400)

    expect(reply.body.detail).toMatch(/has not kept it/)
  })

  it.each([
    ['text that a parser kept', text({ type: () => true })],
    ['bytes that a parser kept', raw({ type: () => true })],
  ])('reads %s', async (_name, parser) => {
    const { fake, app, person, post } = await startWith(undefined, { before: [parser] })
    fake.revoke(person)

    await post({ identity: person.session.identity.id }).expect(204)

    await get(app, byToken(person)).expect(401)
  })

  it.each([
    ['application/json', 204],
    ['application/json; charset=utf-8', 204],
    ['application/vnd.ory+json', 204],
    ['application/jsonl', 415],
    ['text/json', 415],
    ['text/plain; a=application/json', 415],
    ['application/x-www-form-urlencoded', 415],
    ['', 415],
  ])('answers a body of the type %j by %i', async (type, status) => {
    const { hooks } = await startWith()

    await request(hooks.origin)
      .post('/hook')
      .set({ Authorization: bearer, 'Content-Type': type })
      .send('{"identity":"a"}')
      .expect(status)
  })

  it.each([
    ['it reads itself', []],
    ['a parser has read', [json()]],
  ])('takes a body of 16 KiB that %s, and not a byte more', async (_name, before) => {
    const { post } = await startWith(undefined, { before })
    const short = '{"identity":"a"}'

    await post(short.padEnd(16 * 1024)).expect(204)
    await post(short.padEnd(16 * 1024 + 1)).expect(413)
  })

  it.each<[string, string, string, number]>([
    ['the secret', bearer, '{"identity":"a"}', 204],
    ['no secret', 'none', '{"identity":"a"}', 401],
    ['a wrong body', bearer, '[]', 400],
    ['a long body', bearer, ' '.repeat(17_000), 413],
  ])('never redirects a browser with %s', async (_name, authorization, body, status) => {
    const { fake } = await startWith()
    const app = 'http://app.example'
    const ory = world.instance({ url: fake.url, appUrl: app, onDenied: () => undefined })
    const hooks = await world.site(ory.webhook({ secret }))

    const reply = await request(hooks.origin)
      .post('/hook')
      .set({ Authorization: authorization, 'Content-Type': 'application/json' })
      .set({ Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' })
      .send(body)

    expect(reply.status).toBe(status)
    expect(reply.headers['location']).toBeUndefined()
    expect(reply.headers['cache-control']).toBe('no-store')
  })

  it('compares a guess with each secret, however near or long it is', () => {
    const compare = jest.spyOn(crypto, 'timingSafeEqual')
    const hasSecret = createWebhookSecret([secret, 'the-secret-that-comes-next'])

    for (const guess of [
      undefined,
      '',
      'Bearer x',
      bearer,
      `${bearer}x`,
      `Bearer ${'x'.repeat(9_000)}`,
    ]) {
      compare.mockClear()
      hasSecret(guess)
      expect(compare).toHaveBeenCalledTimes(2)
      expect(
        compare.mock.calls.every(
          ([one, other]) => one.byteLength === 32 && other.byteLength === 32,
        ),
      ).toBe(true)
    }
    compare.mockRestore()
  })

  it('accepts each secret of a list', async () => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url })
    const other = 'the-secret-that-comes-next'
    const hooks = await world.site(ory.webhook({ secret: [other, secret] }))

    for (const one of [secret, other]) {
      await request(hooks.origin)
        .post('/')
        .set({ Authorization: `Bearer ${one}` })
        .send({ identity: 'a' })
        .expect(204)
    }
  })

  it('refuses to be made with a secret that can be guessed', async () => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url })

    for (const wrong of [
      '',
      'short',
      ['a-secret-of-the-web-hook', ''],
      [],
      undefined,
      'ä'.repeat(20),
    ]) {
      expect(() => ory.webhook({ secret: wrong as string })).toThrow(/webhook.secret must be/)
    }
  })
})

describe('the web hook of a process with a store', () => {
  const hook = (ory: OrySession) => world.site(ory.webhook({ secret }))
  const post = ({ origin }: { origin: string }, body: object) =>
    request(origin).post('/hook').set({ Authorization: bearer }).send(body)

  it.each(['identity', 'session'] as const)('has every process forget a %s', async (kind) => {
    const { fake, process } = await startFleet(world)
    const [a, b, c] = [process(), process(), process()]
    const person = fake.signIn()
    for (const one of [a, b, c]) await outcomeOf(one, byToken(person))
    await heard(a, b, c)
    fake.revoke(person)
    const { id, identity } = person.session

    await post(
      await hook(b),
      kind === 'session' ? { session: id } : { identity: identity.id },
    ).expect(204)

    await eventually(async () => (await outcomeOf(a, byToken(person))) === 'session_invalid')
    for (const one of [a, b, c]) {
      expect(await outcomeOf(one, byToken(person))).toBe('session_invalid')
    }
  })

  it('is answered by 503 when the store does not take it, and works here all the same', async () => {
    const { fake, store, process } = await startFleet(world)
    const broken: SessionStore = {
      ...withMethodsOf(store),
      append: () => Promise.reject(new Error('READONLY canary')),
    }
    const ory = process({ store: broken })
    const person = fake.signIn()
    await outcomeOf(ory, byToken(person))
    fake.revoke(person)

    const reply = await post(await hook(ory), { identity: person.session.identity.id })

    expect(reply.status).toBe(503)
    expect(reply.headers['retry-after']).toBe('1')
    expectNoSecret([reply.headers, reply.text], ['READONLY canary', person.session.identity.id])
    expect(await outcomeOf(ory, byToken(person))).toBe('session_invalid')
  })
})

function withMethodsOf(store: SessionStore): SessionStore {
  return {
    get: (key) => store.get(key),
    set: (...args) => store.set(...args),
    delete: (key) => store.delete(key),
    append: (...args) => store.append(...args),
    since: (...args) => store.since(...args),
    isAfter: (a, b) => store.isAfter(a, b),
  }
}
