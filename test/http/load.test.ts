import { describe, expect, it } from '@jest/globals'
import { expectDenial, unavailable } from '../support/denial.js'
import type { Fault } from '../support/faults.js'
import { byToken, createWorld } from '../support/world.js'
import { counted } from '../support/counted.js'

const world = createWorld()

describe('Retry-After', () => {
  const limited = (headers: Record<string, string>): Fault => [
    {
      status: 429,
      headers: { 'Content-Type': 'application/json', ...headers },
      body: { error: { code: 429 } },
    },
  ]

  it.each<[string, Fault, RegExp]>([
    ["Ory's own reset", limited({ 'x-ratelimit-reset': '17' }), /^17$/],
    ['at least 1', limited({ 'x-ratelimit-reset': '0' }), /^1$/],
    ['at most 30', limited({ 'x-ratelimit-reset': '86400' }), /^30$/],
    ['something between without a reset', limited({}), /^(?:[1-9]|[12]\d|30)$/],
    [
      'something between for nonsense',
      limited({ 'x-ratelimit-reset': '-5; x' }),
      /^(?:[1-9]|[12]\d|30)$/,
    ],
    ['a few seconds for any other fault', [502], /^[1-9]$/],
  ])('is %s', async (_name, fault, expected) => {
    const { fake, get } = await world.start()
    fake.fault(...fault)

    const reply = await get(byToken(fake.signIn())).expect(503)

    expect(reply.headers['retry-after']).toMatch(expected)
  })
})

describe('too many questions at once', () => {
  it('wait their turn, and past the queue are 503 at once', async () => {
    const { fake, ory, site, get } = await world.start({ options: { connections: 2 } })
    const held = fake.fault('held')
    const replies = Array.from({ length: 60 }, async () => get(byToken(fake.signIn())))
    await site.arrived(60)
    await fake.calls.waitFor(2)
    expect(fake.calls.whoami).toBe(2)
    expect(ory.stats().inFlight).toBeGreaterThanOrEqual(2)
    held.heal()

    const statuses = (await Promise.all(replies)).map(({ status }) => status)

    const served = statuses.filter((status) => status === 200).length
    expect(served).toBeGreaterThan(2)
    expect(served).toBeLessThan(60)
    expect(statuses.filter((status) => status === 503)).toHaveLength(60 - served)
    expect(fake.calls.whoami).toBe(served)
    expect(counted(ory.stats().upstream)).toEqual({ live: served, throttled: 60 - served })
  })
})

describe('a connection that has gone stale', () => {
  it('is replaced, once, and nobody notices', async () => {
    const { fake, get } = await world.start({ options: { cacheTtlMs: 0 } })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    fake.fault('reset', { times: 1 })

    await get(headers).expect(200)

    expect(fake.calls.whoami).toBe(3)
    fake.fault('reset')
    expectDenial(await get(headers), unavailable)
    expect(fake.calls.whoami).toBe(5)
  })

  it.each<[string, Fault]>([
    ['a status', [500, { times: 1 }]],
    ['a body that breaks off', ['reset-mid-body', { times: 1 }]],
    ['an answer that is late', ['silent', { times: 1 }]],
  ])('is no reason to ask twice after %s', async (_name, fault) => {
    const { fake, get } = await world.start({ options: { cacheTtlMs: 0, timeoutMs: 1_000 } })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    fake.fault(...fault)

    expectDenial(await get(headers), unavailable)

    expect(fake.calls.whoami).toBe(2)
  })

  it('is not there yet on the first call, which is not repeated', async () => {
    const { fake, get } = await world.start()
    fake.fault('reset', { times: 1 })

    expectDenial(await get(byToken(fake.signIn())), unavailable)

    expect(fake.calls.whoami).toBe(1)
  })
})
