import { describe, expect, it } from '@jest/globals'
import { byMadeUp, byToken, createWorld } from '../support/world.js'

const world = createWorld()

describe('a refusal', () => {
  it('is remembered for refusalTtlMs', async () => {
    const { fake, get, clock } = await world.start()
    const headers = byMadeUp()
    const first = await get(headers).expect(401)
    clock.advance(1_999)
    const second = await get(headers).expect(401)
    expect(second.text).toBe(first.text)
    expect(fake.calls.whoami).toBe(1)

    clock.advance(1)
    await get(headers).expect(401)

    expect(fake.calls.whoami).toBe(2)
  })

  it('is not remembered when refusalTtlMs is 0', async () => {
    const { fake, get } = await world.start({ options: { refusalTtlMs: 0 } })

    await get(byMadeUp()).expect(401)
    await get(byMadeUp()).expect(401)

    expect(fake.calls.whoami).toBe(2)
  })

  it('is kept apart, so that made-up credentials push no session out', async () => {
    const { fake, ory, get } = await world.start({ options: { cacheMaxSessions: 1 } })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)

    for (let number = 0; number < 5; number += 1) {
      await get(byMadeUp(number)).expect(401)
    }
    await get(headers).expect(200)

    expect(fake.calls.whoami).toBe(6)
    expect(ory.stats().entries).toBe(1)
  })

  it('replaces the session that it is about', async () => {
    const { fake, ory, get, clock } = await world.start({ options: { refreshAhead: false } })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    fake.revoke(signedIn)
    await get(byToken(signedIn)).expect(200)

    clock.advance(10_000)
    await get(byToken(signedIn)).expect(401)

    expect(ory.stats()).toMatchObject({ entries: 0, refusals: 1 })
  })
})
