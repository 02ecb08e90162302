import { afterEach, describe, expect, it } from '@jest/globals'
import { createFakeOry, type FakeOry, type FakeOryOptions } from '../../../lib/testing/index.js'
import { recordings } from '../../support/recordings.js'
import { sameAnswer } from '../../support/shape.js'
import { ask } from './ask.js'

let ory: FakeOry
let token: string
afterEach(() => ory.close())

async function start(options: FakeOryOptions = {}): Promise<void> {
  ory = await createFakeOry(options)
  token = ory.signIn().token
}
/** A generator of numbers that are as good as random, and the same in each run. */
function seeded(): () => number {
  let state = 42
  return () => (state = (state * 48_271) % 0x7fff_ffff) / 0x7fff_ffff
}
const whoami = () => ask(ory.url, { headers: { 'x-session-token': token } })
const readiness = async () => (await ask(ory.url, { path: '/health/ready' })).status
async function statuses(count: number): Promise<number[]> {
  const all = []
  for (let index = 0; index < count; index += 1) all.push((await whoami()).status)
  return all
}
const refusalsIn = async (count: number) =>
  (await statuses(count)).filter((status) => status === 401).length

describe('a flaky database', () => {
  it('gives a share of live sessions the 401 of a logout, while readiness is 200', async () => {
    await start({ random: seeded() })
    const fault = ory.fault('database-flaky', { share: 0.3 })
    const refusals = await refusalsIn(200)

    expect(refusals).toBeGreaterThan(40)
    expect(refusals).toBeLessThan(80)
    expect(fault.served).toBe(refusals)
    expect(await readiness()).toBe(200)
  })

  it('strikes half of the calls by default, with the recorded bytes', async () => {
    await start({ random: seeded() })
    ory.fault('database-flaky')
    const answers = []
    for (let index = 0; index < 40; index += 1) answers.push(await whoami())
    const refused = answers.filter(({ status }) => status === 401)

    expect(refused.length).toBeGreaterThan(10)
    expect(refused.length).toBeLessThan(30)
    const { response } = recordings.get('401-token-logged-out')!
    for (const answer of refused) expect(sameAnswer(response, answer)).toEqual([])
  })

  it('strikes each call with a share of 1, and none after heal', async () => {
    await start()
    ory.fault('database-flaky', { share: 1 })
    expect(await statuses(3)).toEqual([401, 401, 401])
    ory.heal()
    expect(await statuses(2)).toEqual([200, 200])
  })
})

describe('a share of any fault', () => {
  it('leaves its times to the calls that it strikes', async () => {
    const draws = [0.9, 0.1, 0.9, 0.1, 0.1]
    await start({ random: () => draws.shift() ?? 0 })
    ory.fault(503, { share: 0.5, times: 2 })

    expect(await statuses(5)).toEqual([200, 503, 200, 503, 200])
  })

  it('lets the other calls meet what comes next in the script', async () => {
    const draws = [0.9, 0.1]
    await start({ random: () => draws.shift() ?? 0 })
    ory.fault(429)
    ory.fault(503, { share: 0.5, times: 1 })

    expect(await statuses(3)).toEqual([429, 503, 429])
  })
})

describe('an assurance level that cannot be determined', () => {
  it('is a 401 of its own for live sessions alone, while readiness is 200', async () => {
    await start()
    ory.fault('aal-undeterminable')
    const answer = await whoami()

    expect(answer).toMatchObject({
      status: 401,
      body: {
        error: {
          code: 401,
          status: 'Unauthorized',
          reason: 'Unable to determine AAL.',
          message: 'The request could not be authorized',
        },
      },
    })
    expect(answer.header('ory-error-id')).toBe('')
    expect(await readiness()).toBe(200)
    const unknown = await ask(ory.url, { headers: { 'x-session-token': 'ory_st_unknown' } })
    expect(sameAnswer(recordings.get('401-token-unknown')!.response, unknown)).toEqual([])
  })
})

describe('two replicas', () => {
  it('share the calls, and only the first answers readiness', async () => {
    await start({ replicas: 2, random: seeded() })
    await statuses(60)
    for (let index = 0; index < 5; index += 1) await readiness()
    const served = (route: string, replica: number) =>
      ory.calls.all.filter((call) => call.route === route && call.replica === replica).length

    expect(served('whoami', 1)).toBeGreaterThan(15)
    expect(served('whoami', 2)).toBeGreaterThan(15)
    expect([served('ready', 1), served('ready', 2)]).toEqual([5, 0])
  })

  it('say 200 for readiness while the second has lost its database', async () => {
    await start({ replicas: 2, random: seeded() })
    ory.fault('database', { replica: 2 })
    const refusals = await refusalsIn(60)

    expect(refusals).toBeGreaterThan(15)
    expect(refusals).toBeLessThan(45)
    expect(ory.calls.all.filter(({ replica }) => replica === 2)).toHaveLength(refusals)
    expect(await readiness()).toBe(200)
  })

  it('say 503 for readiness while the first has lost its database', async () => {
    await start({ replicas: 2 })
    ory.fault('database', { replica: 1 })

    expect(await readiness()).toBe(503)
  })

  it('can be ill in different ways at once, and be healed one by one', async () => {
    await start({ replicas: 2, random: seeded() })
    const first = ory.fault(503, { replica: 1 })
    ory.fault(429, { replica: 2 })
    expect(new Set(await statuses(20))).toEqual(new Set([503, 429]))
    first.heal()
    expect(new Set(await statuses(20))).toEqual(new Set([200, 429]))
    ory.fault(500)
    expect(new Set(await statuses(20))).toEqual(new Set([500]))
  })
})

describe('what makes no sense', () => {
  it.each([
    [{ share: 0 }, 'fault: share is above 0 and at most 1, got 0'],
    [{ share: 1.5 }, 'fault: share is above 0 and at most 1, got 1.5'],
    [{ replica: 2 }, "fault: replica is a whole number from 1 to 1, the fake's 'replicas', got 2"],
    [{ replica: 0 }, 'from 1 to 1'],
  ])('is refused for a fault: %j', async (options, message) => {
    await start()
    expect(() => ory.fault('database', options)).toThrow(message)
  })

  it.each([0, 1.5, Number.NaN])('is refused for replicas: %s', async (replicas) => {
    await start()
    await expect(createFakeOry({ replicas })).rejects.toThrow('replicas is a whole number from 1')
  })
})
