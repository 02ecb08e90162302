import { describe, expect, it } from '@jest/globals'
import { inspect } from 'node:util'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { Fault } from '../../../lib/shared/fault.js'
import { createWhoami, whoamiRequest } from '../../../lib/ory/whoami.js'
import type { Reply } from '../../../lib/ory/response.js'
import type { OryClient } from '../../../lib/ory/ory-client.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import { parse } from '../support/parse.js'
import { createFakeClock, start } from '../support/fake-clock.js'
import { identityBody, secret, sessionBody } from '../support/session-body.js'
import { entryOf } from '../cache/entries.js'
import { question } from './question.js'

type LiveAnswer = Answer & { kind: 'live' }

const [minute, hour] = [60_000, 3_600_000]
const json = { 'content-type': 'application/json' }
const reply = (status: number, body: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { ...json, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

function open(answer: Reply, options: OrySessionOptions = {}) {
  const sent: unknown[] = []
  const client: OryClient = {
    async send(message) {
      sent.push(message)
      return answer
    },
    close: async () => undefined,
  }
  const clock = createFakeClock()
  const settings = resolveOptions({
    url: 'http://ory.example',
    clock,
    ...options,
  } as OrySessionOptions<never>)
  return {
    ask: createWhoami((asked) => client.send(whoamiRequest(asked), asked.signal), settings),
    sent,
    clock,
  }
}

const unauthorized = { error: { code: 401, status: 'Unauthorized', message: 'no' } }
const identity = 'x-kratos-authenticated-identity-id'

describe('a reply that is an answer', () => {
  it.each<[string, Reply, object]>([
    ['a session', reply(200, sessionBody()), { kind: 'live', cacheForMs: Infinity, setCookie: [] }],
    [
      'a session of the identity in the header',
      reply(200, sessionBody(), { [identity]: String(identityBody()['id']) }),
      { kind: 'live' },
    ],
    [
      'a session with a charset',
      reply(200, sessionBody(), { 'content-type': 'application/json; charset=utf-8' }),
      { kind: 'live' },
    ],
    [
      'a session in capitals',
      reply(200, sessionBody(), { 'content-type': 'Application/JSON' }),
      { kind: 'live' },
    ],
    [
      'a session for 30 s',
      reply(200, sessionBody(), { 'ory-session-cache-for': '30' }),
      { cacheForMs: 30_000 },
    ],
    [
      'a session for no time',
      reply(200, sessionBody(), { 'ory-session-cache-for': '0' }),
      { cacheForMs: 0 },
    ],
    [
      'a session for what can’t be read',
      reply(200, sessionBody(), { 'ory-session-cache-for': '1e3' }),
      { cacheForMs: 0 },
    ],
    [
      'a session for one time and another',
      reply(200, sessionBody(), { 'ory-session-cache-for': ['1', '2'] }),
      { cacheForMs: 0 },
    ],
    [
      'a session for a time that comes in a list',
      reply(200, sessionBody(), { 'ory-session-cache-for': ['30'] }),
      { cacheForMs: 0 },
    ],
    [
      'a session that is not active',
      reply(200, sessionBody({ active: false })),
      { kind: 'refused', ambiguousSince: undefined },
    ],
    [
      'an identity that is not active',
      reply(200, sessionBody({ identity: identityBody({ state: 'inactive' }) })),
      { kind: 'refused', ambiguousSince: undefined },
    ],
    ['a 401 of Ory’s', reply(401, unauthorized), { kind: 'refused', ambiguousSince: 1_000 }],
    [
      'a 403 of Ory’s',
      reply(403, { error: { id: 'session_aal2_required' }, redirect_browser_to: 'https://a' }),
      { kind: 'aal_too_low', redirectBrowserTo: 'https://a' },
    ],
    [
      'a 403 without a link',
      reply(403, { error: { id: 'session_aal2_required' } }),
      { kind: 'aal_too_low', redirectBrowserTo: undefined },
    ],
    [
      'a 403 with a link that is none',
      reply(403, { error: { id: 'session_aal2_required' }, redirect_browser_to: 7 }),
      { kind: 'aal_too_low', redirectBrowserTo: undefined },
    ],
  ])('is %s', async (_title, answer, expected) => {
    expect(await open(answer).ask(question())).toMatchObject(expected)
  })

  describe('that is the same to the byte as the one before', () => {
    const first = async (answer: Reply, options: OrySessionOptions = {}) => {
      const { live, text } = (await open(answer, options).ask(question())) as LiveAnswer
      return entryOf(live, text)
    }

    it('tells of the same session, and of its headers as they are now', async () => {
      const known = await first(reply(200, sessionBody()))
      const { ask } = open(reply(200, sessionBody(), { 'ory-session-cache-for': '3' }))
      const answer = (await ask(question({ known }))) as LiveAnswer
      expect(answer).toMatchObject({ kind: 'live', cacheForMs: 3_000, isUnchanged: true })
      expect(answer.live).toBe(known)
      expect(Object.isFrozen(known.session.identity.traits)).toBe(true)
    })

    it.each([
      ['in one letter', { id: 'E1a5c2a4-0000-4000-8000-000000000001' }],
      ['in length', { more: null }],
      ['in what it is worth', { authenticator_assurance_level: 'aal2' }],
    ])('does not where it differs %s', async (_title, members) => {
      const known = await first(reply(200, sessionBody()))
      const body = sessionBody(members)
      const answer = await open(reply(200, body)).ask(question({ known }))
      expect(answer).toMatchObject({ live: { session: body }, isUnchanged: false })
      expect((answer as LiveAnswer).live.session).not.toBe(known.session)
    })

    it.each<[string, Reply['headers'], string]>([
      ['another identity in its header', { [identity]: 'i' }, 'identity_mismatch'],
      ['another type', { 'content-type': 'text/html' }, 'misconfigured: 200'],
      ['no type', { 'content-type': undefined }, 'invalid_response: not application/json'],
    ])('is no answer with %s', async (_title, headers, message) => {
      const known = await first(reply(200, sessionBody()))
      const { ask } = open(reply(200, sessionBody(), headers))
      await expect(ask(question({ known }))).rejects.toThrow(message)
    })

    it('is no answer with another status', async () => {
      const known = await first(reply(200, sessionBody()))
      const { ask } = open(reply(500, sessionBody()))
      await expect(ask(question({ known }))).rejects.toThrow('server_error: 500')
    })

    it('makes no login one of time to come while our clock is set back', async () => {
      const body = sessionBody()
      const known = await first(reply(200, body))
      const { ask, clock } = open(reply(200, body))
      clock.shiftWall(-hour)
      const behind = (await ask(question({ known }))) as LiveAnswer
      expect(behind).toMatchObject({ isUnchanged: false, text: undefined })
      expect(behind.live).toMatchObject({ authenticatedAt: start - hour, rank: known.rank })
      expect(behind.live.session).toEqual(body)
      clock.shiftWall(hour)
      const again = (await ask(question({ known: entryOf(behind.live) }))) as LiveAnswer
      expect(again.live).toMatchObject({ authenticatedAt: start - minute, session: body })
      expect(again).toMatchObject({ isUnchanged: false, text: JSON.stringify(body) })
    })

    it('is read again for an application’s schema', async () => {
      const seen: unknown[] = []
      const validate = (value: unknown) => ({ value: { n: seen.push(value) } })
      const options = {
        traitsSchema: { '~standard': { version: 1 as const, vendor: 'test', validate } },
      } as OrySessionOptions
      const known = await first(reply(200, sessionBody()), options)
      expect(known.isReadFrom(JSON.stringify(sessionBody()))).toBe(false)
      const again = await open(reply(200, sessionBody()), options).ask(question({ known }))
      expect(again).toMatchObject({ live: { session: { identity: { traits: { n: 2 } } } } })
      expect(seen).toEqual([identityBody()['traits'], identityBody()['traits']])
    })
  })

  const httpDate = (ms: number): string => new Date(start + ms).toUTCString()
  it.each([
    ['no Date', -minute, undefined, -Infinity, -minute],
    ['a Date behind ours', -minute, -hour, -Infinity, -minute],
    ['a Date ahead of ours', -minute, hour, start + hour, -minute],
    ['a login of time to come', minute, undefined, -Infinity, 0],
    ['a login of time to come, but not by Date', minute, hour, start + hour, minute],
    ['a login of time to come by Date too', 2 * hour, hour, start + hour, hour],
  ])('tells when it was given, by %s', async (_title, loginMs, dateMs, oryNow, expectedMs) => {
    const body = sessionBody({ authenticated_at: new Date(start + loginMs).toISOString() })
    const date = dateMs === undefined ? {} : { date: httpDate(dateMs) }
    const live = { authenticatedAt: start + expectedMs }
    expect(await open(reply(200, body, date)).ask(question())).toMatchObject({ oryNow, live })
  })

  it('has its text where the login was right now', async () => {
    const body = sessionBody({ authenticated_at: new Date(start).toISOString() })
    const expected = { live: { authenticatedAt: start }, text: JSON.stringify(body) }
    expect(await open(reply(200, body)).ask(question())).toMatchObject(expected)
  })

  it('is frozen, and weighs more than its text', async () => {
    const answer = reply(200, sessionBody())
    const said = await open(answer).ask(question())
    expect(said).toHaveProperty('live.session', sessionBody())
    const { live } = said as typeof said & { kind: 'live' }
    expect(Object.isFrozen(live.session.identity)).toBe(true)
    expect(live.bytes).toBeGreaterThan(answer.body.length)
  })

  it('is estimated by the memory of its text, its objects and its values', async () => {
    const estimate = async (extra: unknown): Promise<number> => {
      const body = JSON.stringify(sessionBody({ extra }))
      const said = await open(reply(200, body)).ask(question())
      return (said as typeof said & { kind: 'live' }).live.bytes - Buffer.byteLength(body)
    }
    const bare = await estimate([])
    const { objects, values } = parse(sessionBody({ extra: [] }))!.contents
    expect(bare).toBeGreaterThanOrEqual(512 + values * 16 + objects.length * 128)
    expect((await estimate(Array(100).fill(1))) - bare).toBeGreaterThanOrEqual(100 * 16)
    expect((await estimate(Array(100).fill({}))) - bare).toBeGreaterThanOrEqual(100 * (16 + 128))
    // One letter may make two bytes of each, however it is written.
    const { length } = JSON.stringify(sessionBody())
    expect((await estimate('é')) - (await estimate('e'))).toBeGreaterThanOrEqual(2 * length)
  })
})

describe('a reply that is no answer', () => {
  const notJson = 'invalid_response: not application/json'
  const noText = 'invalid_response: not JSON'
  const notOry = 'invalid_response: 401 that is not of Ory'
  const noSession = 'invalid_response: whoami: session is missing or not what Ory documents'
  it.each<[string, Reply, string]>([
    ['a page', reply(200, '<html>', { 'content-type': 'text/html' }), 'misconfigured: 200'],
    [
      'JSON that calls itself a page',
      reply(200, sessionBody(), { 'content-type': 'text/html' }),
      'misconfigured: 200',
    ],
    [
      'JSON that calls itself nothing',
      reply(200, sessionBody(), { 'content-type': undefined }),
      notJson,
    ],
    [
      'JSON of another type',
      reply(200, sessionBody(), { 'content-type': 'application/json5' }),
      notJson,
    ],
    [
      'a page that speaks of JSON',
      reply(200, sessionBody(), { 'content-type': 'text/html; a=application/json' }),
      'misconfigured: 200',
    ],
    [
      'JSON that calls itself two things',
      reply(200, sessionBody(), { 'content-type': ['application/json;', 'a/b'] }),
      notJson,
    ],
    ['half a session', reply(200, JSON.stringify(sessionBody()).slice(0, -9)), noText],
    ['nothing', reply(200, ''), noText],
    ['null', reply(200, 'null'), noSession],
    ['a list', reply(200, [sessionBody()]), noSession],
    [
      'a session without a member',
      reply(200, sessionBody({ issued_at: undefined })),
      'invalid_response: whoami: issued_at is missing or not what Ory documents',
    ],
    [
      'a session of somebody else',
      reply(200, sessionBody(), { [identity]: 'e1a5c2a4-0000-4000-8000-000000000009' }),
      'identity_mismatch',
    ],
    ['a session of nobody', reply(200, sessionBody(), { [identity]: '' }), 'identity_mismatch'],
    [
      'a session of two people',
      reply(200, sessionBody(), { [identity]: [String(identityBody()['id']), 'b'] }),
      'identity_mismatch',
    ],
    [
      'a 401 that is a page',
      reply(401, '<html>', { 'content-type': 'text/html' }),
      'misconfigured: 401',
    ],
    ['a 401 of nothing', reply(401, ''), noText],
    ['a 401 of another kind', reply(401, { message: 'no' }), notOry],
    ['a 401 with another code', reply(401, { error: { code: 500 } }), notOry],
    ['a 401 with text for an error', reply(401, { error: 'no' }), notOry],
    ['a 401 with null for an error', reply(401, { error: null }), notOry],
    ['a 401 that is null', reply(401, 'null'), notOry],
    ['a 401 that is text', reply(401, '"error"'), notOry],
    [
      'a 403 of another kind',
      reply(403, { error: { id: 'security_csrf_violation' } }),
      'status: 403',
    ],
    ['a 403 without an error', reply(403, {}), 'status: 403'],
    ['a 403 of a front end', reply(403, '<html>', { 'content-type': 'text/html' }), notJson],
    ['a 429', reply(429, {}), 'rate_limited'],
    ['a 500', reply(500, {}), 'server_error: 500'],
    ['a 503', reply(503, ''), 'server_error: 503'],
    ['a 204', reply(204, ''), 'status: 204'],
    ['a 301', reply(301, ''), 'misconfigured: 301'],
    ['a 400', reply(400, {}), 'status: 400'],
    ['a 404', reply(404, {}), 'misconfigured: 404'],
    ['a 499', reply(499, {}), 'status: 499'],
  ])('is %s', async (_title, answer, message) => {
    const asking = open(answer).ask(question())
    await expect(asking).rejects.toBeInstanceOf(Fault)
    await expect(asking).rejects.toMatchObject({ message })
  })

  it.each<[string, Reply['headers'], number | undefined]>([
    ['x-ratelimit-reset', { 'x-ratelimit-reset': '7' }, 7],
    ['x-ratelimit-reset, of half a minute', { 'x-ratelimit-reset': '30' }, 30],
    ['retry-after', { 'retry-after': '8' }, 8],
    ['the former of both', { 'x-ratelimit-reset': '7', 'retry-after': '8' }, 7],
    ['neither', {}, undefined],
    ['neither, where it is a date', { 'retry-after': 'Thu, 01 Dec 2022 13:50:30 GMT' }, undefined],
    ['neither, where it is negative', { 'x-ratelimit-reset': '-1' }, undefined],
    ['neither, where there are two', { 'x-ratelimit-reset': ['1', '2'] }, undefined],
    ['neither, where there are two in one', { 'x-ratelimit-reset': '1, 2' }, undefined],
    ['neither, where it comes in a list', { 'x-ratelimit-reset': ['1'] }, undefined],
  ])('has the time of a 429 by %s', async (_title, headers, retryAfter) => {
    await expect(open(reply(429, '', headers)).ask(question())).rejects.toMatchObject({
      retryAfter,
    })
  })

  it.each<[string, Reply]>([
    ['JSON', reply(200, `{"${secret}`)],
    ['a session', reply(200, sessionBody({ id: [secret], extra: secret }))],
    ['an error', reply(401, { error: { code: secret } })],
    ['a page', reply(500, secret)],
    ['a header', reply(200, sessionBody(), { [identity]: secret })],
    ['a 403', reply(403, { error: { id: secret } })],
  ])('repeats nothing of %s', async (_title, answer) => {
    const credential = { source: 'x-session-token', value: `ory_st_${secret}` } as const
    const error: unknown = await open(answer)
      .ask(question({ credential }))
      .catch((one: unknown) => one)
    expect(error).toBeInstanceOf(Fault)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
  })
})

describe('the question', () => {
  const cookie = { source: 'cookie', value: 'ory_kratos_session=a; ory_session_b=c' } as const
  it.each([
    ['a token', question(), { 'x-session-token': 'ory_st_a' }],
    [
      'a Bearer token',
      question({ credential: { source: 'bearer', value: 'ory_st_b' } }),
      { 'x-session-token': 'ory_st_b' },
    ],
    ['cookies', question({ credential: cookie }), { cookie: cookie.value }],
    [
      'a token past every cache',
      question({ isForced: true }),
      { 'x-session-token': 'ory_st_a', 'cache-control': 'max-age=0' },
    ],
  ])('has %s and nothing else', async (_title, asked, headers) => {
    const { ask, sent } = open(reply(200, sessionBody()))
    await ask(asked)
    expect(sent).toEqual([{ method: 'GET', route: '/sessions/whoami', headers }])
  })
})

describe('a renewed cookie', () => {
  const credential = { source: 'cookie', value: 'ory_kratos_session=old' } as const
  const answer = reply(200, sessionBody(), { 'set-cookie': ['ory_kratos_session=new', 'csrf=a'] })

  it('comes along, if it is to be forwarded', async () => {
    const said = await open(answer).ask(question({ credential }))
    expect(said).toMatchObject({ setCookie: ['ory_kratos_session=new'] })
    const kept = await open(answer, { forwardSetCookie: false }).ask(question({ credential }))
    expect(kept).toMatchObject({ kind: 'live', setCookie: [] })
  })
})

describe('traits', () => {
  const schema = (validate: (value: unknown) => object) => ({
    '~standard': { version: 1 as const, vendor: 'test', validate },
  })

  it('are what the schema makes of them, frozen', async () => {
    const traits = schema(() => ({ value: { name: { first: 'A' } } })) as never
    const said = await open(reply(200, sessionBody()), { traitsSchema: traits }).ask(question())
    expect(said).toHaveProperty('live.session.identity.traits', { name: { first: 'A' } })
    const { live } = said as typeof said & { kind: 'live' }
    expect(Object.isFrozen(live.session.identity.traits['name'] as object)).toBe(true)
  })

  it('are a fault where the schema refuses them', async () => {
    const traits = schema(() => ({ issues: [{ message: secret }] })) as never
    const asking = open(reply(200, sessionBody()), { traitsSchema: traits }).ask(question())
    await expect(asking).rejects.toBeInstanceOf(Fault)
    await expect(asking).rejects.not.toThrow(secret)
  })
})
