import { describe, expect, it } from '@jest/globals'
import { expectDenial, sessionInvalid, unavailable } from '../support/denial.js'
import { byCookie, byMadeUp, byToken, createWorld } from '../support/world.js'

const world = createWorld()

describe('while Ory is away', () => {
  it('is asked no more once three users have found out, and answers at once', async () => {
    const { fake, get, clock } = await world.start()
    const warm = byToken(fake.signIn())
    await get(warm).expect(200)
    fake.fault(503)
    for (let index = 0; index < 3; index += 1) await get(byCookie(fake.signIn())).expect(503)
    const before = fake.calls.whoami

    const reply = await get(byToken(fake.signIn()))

    expectDenial(reply, unavailable)
    expect(reply.headers['retry-after']).toMatch(/^[12]$/)
    expect(fake.calls.whoami).toBe(before)
    await get(warm).expect(200)

    fake.fault('none')
    clock.advance(1_250)
    await get(byToken(fake.signIn())).expect(200)
    await get(byToken(fake.signIn())).expect(200)
  })

  it('is asked on for others, whatever one client sends', async () => {
    const { fake, get, clock } = await world.start()
    const [user, other] = [byToken(fake.signIn()), byCookie(fake.signIn())]
    await get(user).expect(200)
    await get(other).expect(200)
    clock.advance(10_000)
    fake.fault('reset')
    for (let index = 0; index < 10; index += 1) await get(byMadeUp(index)).expect(503)
    // The user is one of two known callers: two cannot open it either.
    for (let index = 0; index < 5; index += 1) await get(user).expect(503)
    fake.fault('none')

    await get(other).expect(200)
    expectDenial(await get(byMadeUp(99)), sessionInvalid)
  })
})

describe("Ory's rate limit", () => {
  it('stops those whom nobody knows until it is reset, and nobody else', async () => {
    const { fake, get, clock } = await world.start()
    const user = byToken(fake.signIn())
    await get(user).expect(200)
    fake.fault(429, { times: 1 })
    await get(byMadeUp(1)).expect(503)
    const before = fake.calls.whoami

    const reply = await get(byMadeUp(2))

    expectDenial(reply, unavailable)
    expect(fake.calls.whoami).toBe(before)
    clock.advance(Number(reply.headers['retry-after']) * 1_000 - 1_000)
    await get(user).expect(200)
    clock.advance(1_000)
    expectDenial(await get(byMadeUp(2)), sessionInvalid)
  })

  it('lets calls for a known caller pass', async () => {
    const { fake, get, clock } = await world.start({ options: { cacheTtlMs: 1_000 } })
    const user = byToken(fake.signIn())
    await get(user).expect(200)
    fake.fault(429, { times: 1 })
    await get(byMadeUp(1)).expect(503)
    clock.advance(1_000)

    await get(user).expect(200)
    await get(byToken(fake.signIn())).expect(503)
    expect(fake.calls.whoami).toBe(3)
  })
})

describe('a flood of made-up credentials', () => {
  it('uses up its own budget, and keeps nobody out who was in', async () => {
    const options = { connections: 2, refreshAhead: false } as const
    const { fake, get, clock } = await world.start({ options })
    const user = byToken(fake.signIn())
    await get(user).expect(200)
    for (let index = 0; index < 30; index += 1) {
      expectDenial(await get(byMadeUp(index)), index < 8 ? sessionInvalid : unavailable)
    }
    expect(fake.calls.whoami).toBe(9)
    clock.advance(10_000)

    await get(user).expect(200)
    expectDenial(await get(byMadeUp(99)), sessionInvalid)
  })
})
