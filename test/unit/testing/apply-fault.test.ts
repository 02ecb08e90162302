import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { connect } from 'node:net'
import {
  createFakeOry,
  type FakeAnswer,
  type FakeOry,
  type FakeFault,
  type FaultKind,
} from '../../../lib/testing/index.js'
import { recordings } from '../../support/recordings.js'
import { sameAnswer } from '../../support/shape.js'
import { ask, type RawAnswer } from './ask.js'

let ory: FakeOry
let token: string
let identityId: string

beforeEach(async () => {
  ory = await createFakeOry()
  const signedIn = ory.signIn()
  token = signedIn.token
  identityId = signedIn.session.identity.id
})
afterEach(() => ory.close())

const whoami = () => ask(ory.url, { headers: { 'x-session-token': token } })
const ready = () => ask(ory.url, { path: '/health/ready' })
const readyStatus = async () => (await ready()).status
const whoamiStatus = async () => (await whoami()).status

/** The bytes of a whoami answer as far as they come, and how the connection ends. */
function watch(until: (text: string) => boolean = () => false): Promise<[string, string]> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(new URL(ory.url).port), '127.0.0.1')
    const done = (end: string) => {
      socket.destroy()
      resolve([text, end])
    }
    socket.write(`GET /sessions/whoami HTTP/1.1\r\nHost: ory\r\nX-Session-Token: ${token}\r\n\r\n`)
    socket.on('data', (chunk) => {
      text += chunk.toString()
      if (until(text)) done('open')
    })
    socket.once('end', () => done('end'))
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'))
  })
}

const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4)
const lengthOf = (text: string) => Number(/content-length: (\d+)/i.exec(text)?.[1])

describe('a fault that is an answer', () => {
  const cases: [FakeFault, (answer: RawAnswer) => void][] = [
    [
      'empty',
      (answer) => {
        expect(answer).toMatchObject({ status: 200, text: '' })
        expect(answer.header('content-type')).toMatch('application/json')
      },
    ],
    [
      'html',
      (answer) => {
        expect(answer.status).toBe(200)
        expect(answer.header('content-type')).toMatch('text/html')
        expect(answer.text).toMatch(/^<!DOCTYPE html>/)
      },
    ],
    [
      'waf',
      (answer) => {
        expect(answer.status).toBe(403)
        expect(answer.header('content-type')).toMatch('text/html')
      },
    ],
    [
      '401-html',
      (answer) => {
        expect(answer.status).toBe(401)
        expect(answer.header('content-type')).toMatch('text/html')
      },
    ],
    [
      'inactive',
      (answer) =>
        expect(answer).toMatchObject({
          status: 200,
          body: { active: false, identity: { id: identityId } },
        }),
    ],
    [
      'identity-mixup',
      (answer) => {
        expect(answer).toMatchObject({ status: 200, body: { identity: { id: identityId } } })
        expect(answer.header('x-kratos-authenticated-identity-id')).toMatch(/^[0-9a-f-]{36}$/)
        expect(answer.header('x-kratos-authenticated-identity-id')).not.toBe(identityId)
      },
    ],
    [
      'oversized',
      (answer) => {
        expect(answer.text.length).toBeGreaterThan(1024 * 1024)
        expect(answer.header('content-length')).toBeUndefined()
        expect(answer).toMatchObject({ status: 200, body: { active: true } })
      },
    ],
    [401, (answer) => expectRecorded('401-token-revoked', answer)],
    ...[400, 404, 418, 500, 502, 503, 504].map((status): (typeof cases)[number] => [
      status,
      (answer) => {
        expect(answer).toMatchObject({ status, body: { error: { code: status } } })
        expect(answer.header('x-ratelimit-reset')).toBeUndefined()
      },
    ]),
    [
      429,
      (answer) => {
        expect(answer).toMatchObject({ status: 429, body: { error: { code: 429 } } })
        expect(answer.header('x-ratelimit-reset')).toMatch(/^\d+$/)
        expect(answer.header('x-ratelimit-remaining')).toBe('0')
      },
    ],
    ...[301, 302, 307].map((status): (typeof cases)[number] => [
      status,
      (answer) => {
        expect(answer.status).toBe(status)
        expect(answer.header('location')).toBe(`${ory.url}/elsewhere`)
      },
    ]),
    ...[204, 304].map((status): (typeof cases)[number] => [
      status,
      (answer) => {
        expect(answer).toMatchObject({ status, text: '' })
        expect(answer.header('content-length')).toBeUndefined()
      },
    ]),
    [
      { status: 429, headers: { 'retry-after': '7' } },
      (answer) => {
        expect(answer).toMatchObject({ status: 429, text: '' })
        expect(answer.header('retry-after')).toBe('7')
        expect(answer.header('x-ratelimit-reset')).toBeUndefined()
      },
    ],
    [
      { status: 500, body: { error: 'no' } },
      (answer) => expect(answer).toMatchObject({ status: 500, body: { error: 'no' } }),
    ],
    [
      { status: 200, headers: { 'Content-Encoding': 'br', Via: ['a', 'b'] }, body: Buffer.of(1) },
      (answer) => {
        expect(answer).toMatchObject({ status: 200, text: '\u0001' })
        expect(answer.header('via')).toBe('a AND b')
      },
    ],
    [
      (right: FakeAnswer) => ({ ...right, body: { ...(right.body as object), id: 7 } }),
      (answer) => expect(answer).toMatchObject({ status: 200, body: { id: 7, active: true } }),
    ],
  ]

  it.each(cases)('%j comes as it is described', async (fault, expectAnswer) => {
    ory.fault(fault)

    expectAnswer(await whoami())
  })

  it.each(['inactive', 'identity-mixup'] as const)('%s leaves a refusal as it is', async (kind) => {
    ory.fault(kind)

    expectRecorded('401-nothing', await ask(ory.url))
  })

  it('oversized makes an answer without members big as well', async () => {
    ory.fault(() => ({ status: 200, headers: {}, body: 'text' }), { times: 1 })
    expect((await whoami()).text).toBe('text')
    ory.fault('oversized', { path: 'ready' })
    expect((await ready()).text.length).toBeGreaterThan(1024 * 1024)
  })

  it('malformed is half of the answer, with a length to match', async () => {
    const [right] = await watch((text) => text.endsWith('}\n'))
    ory.fault('malformed')
    const [half] = await watch((text) => bodyOf(text).length === lengthOf(text))

    expect(bodyOf(half)).toBe(bodyOf(right).slice(0, bodyOf(right).length >> 1))
  })
})

describe('a fault in the way of answering', () => {
  it('reset ends the connection before a byte', async () => {
    ory.fault('reset')

    expect(await watch()).toEqual(['', 'ECONNRESET'])
  })

  it.each([
    ['reset-mid-body', 'ECONNRESET'],
    ['truncated', 'end'],
  ] as const)('%s ends it in the middle of the body', async (kind, end) => {
    ory.fault(kind)
    const [text, how] = await watch()

    expect(how).toBe(end)
    expect(bodyOf(text).length).toBeGreaterThan(0)
    expect(bodyOf(text).length).toBe(lengthOf(text) >> 1)
  })

  it('drip sends the head, and the body bit by bit', async () => {
    ory.fault('drip', { delayMs: 1 })
    const arrivals: string[] = []
    const [text] = await watch((sofar) => {
      arrivals.push(bodyOf(sofar))
      return bodyOf(sofar).length >= 5
    })

    expect(bodyOf(text)).toMatch(/^{"id"/)
    expect(bodyOf(text).length).toBeLessThan(lengthOf(text))
    expect(arrivals.length).toBeGreaterThan(1)
  })

  it('drip comes to an end, with the right answer', async () => {
    ory.fault('drip', { path: 'ready', delayMs: 0 })

    expect(await ready()).toMatchObject({ status: 200, body: { status: 'ok' } })
  })

  it('silent never answers, and close() ends it', async () => {
    ory.fault('silent')
    const asked = whoami()
    await ory.calls.waitFor(1)
    await ory.close()

    await expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('late gives the right answer, once its time has come', async () => {
    ory.fault('late', { delayMs: 1 })

    expect(await whoamiStatus()).toBe(200)
  })

  it('late comes under fake timers as well', async () => {
    jest.useFakeTimers()
    ory.fault('late', { delayMs: 1 })

    expect(await whoamiStatus()).toBe(200)
    jest.useRealTimers()
  })

  it.each<[string, FakeFault, number | undefined]>([
    ['late', 'late', 60_000],
    ['late, by default,', 'late', undefined],
    ['held', 'held', undefined],
    ['a status with a delay', 500, 60_000],
    ['a reset with a delay', 'reset', 60_000],
  ])('%s keeps the caller waiting until then', async (_name, fault, delayMs) => {
    ory.fault(fault, delayMs === undefined ? {} : { delayMs })
    let isAnswered = false
    const asked = whoami().finally(() => (isAnswered = true))
    await ory.calls.waitFor(1)
    await ready()

    expect(isAnswered).toBe(false)
    await ory.close()
    await expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('strikes once a delay is over', async () => {
    ory.fault(503, { delayMs: 1 })

    expect(await whoamiStatus()).toBe(503)
  })

  it('held gives what was right when it was asked, once it is healed', async () => {
    const held = ory.fault('held')
    const asked = whoami()
    await ory.calls.waitFor(1)
    ory.deactivate(identityId)
    held.heal()

    expect((await asked).status).toBe(200)
    expect(await whoamiStatus()).toBe(401)
  })

  it('held is dropped when the caller has hung up by then', async () => {
    const held = ory.fault('held')
    const socket = connect(Number(new URL(ory.url).port), '127.0.0.1')
    socket.write('GET /sessions/whoami HTTP/1.1\r\nHost: ory\r\n\r\n')
    await ory.calls.waitFor(1)
    socket.resetAndDestroy()
    while (ory.calls.open > 0) await new Promise((resolve) => setImmediate(resolve))
    held.heal()

    expect(await whoamiStatus()).toBe(200)
  })

  it('held is answered when another fault replaces it', async () => {
    ory.fault('held')
    const asked = whoami()
    await ory.calls.waitFor(1)
    ory.fault(500)

    expect((await asked).status).toBe(200)
    expect(await whoamiStatus()).toBe(500)
  })
})

describe('the database', () => {
  const faults: [string, () => void, () => void][] = [
    ['stop()', () => ory.database.stop(), () => ory.database.start()],
    ["fault('database')", () => void ory.fault('database'), () => void ory.fault('none')],
    ['stop() and heal()', () => ory.database.stop(), () => ory.heal()],
  ]

  it.each(faults)('is gone and comes back by %s', async (_name, stop, start) => {
    const loggedOut = await ask(ory.url)
    stop()

    const answer = await whoami()
    expect([answer.status, answer.text]).toEqual([401, loggedOut.text])
    expectRecorded('database-stopped-health-ready', await ready())
    expectRecorded('health-alive', await ask(ory.url, { path: '/health/alive' }))

    start()
    expect(await whoamiStatus()).toBe(200)
    expect(await readyStatus()).toBe(200)
    expect(ory.database.isRunning).toBe(true)
  })

  it('loses a table without readiness noticing', async () => {
    ory.fault('database-broken', { path: 'all' })

    expect(await whoamiStatus()).toBe(401)
    expect(await readyStatus()).toBe(200)
  })
})

describe('the script', () => {
  it('strikes as often as it says, in the order of scripting, before what stands', async () => {
    const standing = ory.fault(500)
    const twice = ory.fault(502, { times: 2 })
    ory.fault(503, { times: 1 })

    const statuses: number[] = []
    for (let call = 0; call < 5; call += 1) statuses.push(await whoamiStatus())

    expect(statuses).toEqual([502, 502, 503, 500, 500])
    expect([twice.served, standing.served]).toEqual([2, 2])
  })

  it('lets a standing fault replace the one before', async () => {
    ory.fault(500)
    ory.fault(503)

    expect(await whoamiStatus()).toBe(503)
  })

  it.each([
    ['whoami', 500, 200],
    ['ready', 200, 500],
    ['all', 500, 500],
  ] as const)('strikes %s alone', async (path, onWhoami, onReady) => {
    ory.fault(500, { path })

    expect([await whoamiStatus(), await readyStatus()]).toEqual([onWhoami, onReady])
    expect((await ask(ory.url, { path: '/health/alive' })).status).toBe(200)
  })

  it.each([
    ['its own heal()', (fault: { heal(): void }) => fault.heal()],
    ["fault('none')", () => void ory.fault('none')],
    ['fault()', () => void ory.fault()],
    ['heal()', () => ory.heal()],
  ])('ends by %s, used up or not', async (_name, end) => {
    ory.fault(502, { times: 3 }).heal()
    const fault = ory.fault(500, { path: 'all' })
    expect(await whoamiStatus()).toBe(500)
    end(fault)

    expect([await whoamiStatus(), await readyStatus()]).toEqual([200, 200])
  })

  it('changes one route and leaves the other', async () => {
    const both = ory.fault(500, { path: 'all' })
    ory.fault(502, { path: 'ready' })
    expect([await whoamiStatus(), await readyStatus()]).toEqual([500, 502])
    ory.fault('none', { path: 'whoami' })
    expect([await whoamiStatus(), await readyStatus()]).toEqual([200, 502])

    expect(both.served).toBe(1)
  })

  it('counts a fault on all routes as often for each', async () => {
    const twice = ory.fault('database', { times: 1 })
    expect([await whoamiStatus(), await readyStatus()]).toEqual([401, 503])
    expect([await whoamiStatus(), await readyStatus()]).toEqual([200, 200])

    expect(twice.served).toBe(2)
  })

  it.each([
    ['a kind that is none', () => ory.fault('lightning' as FaultKind)],
    ['a status that is none', () => ory.fault(101)],
    ['a status with a fraction', () => ory.fault({ status: 200.5 })],
    ['no times at all', () => ory.fault(500, { times: 0 })],
    ['a negative delay', () => ory.fault('late', { delayMs: -1 })],
    ['a path that is none', () => ory.fault(500, { path: 'alive' as 'all' })],
    ['an unknown option', () => ory.fault(500, { time: 1 } as object)],
  ])('refuses %s', (_name, script) => {
    expect(script).toThrow(TypeError)
  })
})

function expectRecorded(name: string, answer: RawAnswer) {
  expect(sameAnswer(recordings.get(name)!.response, answer)).toEqual([])
}
