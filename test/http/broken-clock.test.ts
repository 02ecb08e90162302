import { describe, expect, it } from '@jest/globals'
import { createOrySession } from '../../lib/index.js'
import { createHandClock } from '../support/hand-clock.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()
const [minute, hour] = [60_000, 3_600_000]

describe("an application's own clock that is out of order", () => {
  const times: [string, unknown][] = [
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['undefined', undefined],
    ['a Date', new Date()],
    ['text', '0'],
  ]
  const odd = times.flatMap(([title, time]) =>
    (['now', 'monotonic'] as const).map((name): [string, typeof name, () => number] => [
      `${name}() is ${title}`,
      name,
      () => time as number,
    ]),
  )

  it.each(odd)('throws when the instance is made: %s', (_title, name, read) => {
    const clock = { ...createHandClock(), [name]: read }
    expect(() => createOrySession({ url: 'http://127.0.0.1:1', clock })).toThrow(
      `The option clock is out of order: ${name}() returned no finite number`,
    )
  })

  it.each(odd)('lets nobody in from then on, known or not: %s', async (_title, name, read) => {
    const right = createHandClock()
    const clock = { now: () => right.now(), monotonic: () => right.monotonic() }
    const { fake, ory, get } = await world.start({
      options: { clock, staleIfErrorMs: hour },
      fakeOptions: { clock: right },
      policy: { maxAgeMs: minute },
    })
    const recent = byToken(fake.signIn())
    await get(recent).expect(200)
    clock[name] = read

    for (const headers of [recent, byToken(fake.signIn({ authenticatedAgoMs: hour }))]) {
      const { status } = await get(headers)
      expect(status).toBe(500)
      await expect(ory.authenticate({ headers })).rejects.toThrow(
        'The option clock is out of order',
      )
    }
  })
})
