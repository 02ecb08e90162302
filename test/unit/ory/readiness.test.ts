import { describe, expect, it } from '@jest/globals'
import { Fault } from '../../../lib/shared/fault.js'
import { createReadiness } from '../../../lib/ory/readiness.js'
import type { Reply } from '../../../lib/ory/response.js'
import type { OryClient } from '../../../lib/ory/ory-client.js'
import { createFakeClock } from '../support/fake-clock.js'
import { defer, standOf, type Deferred } from './question.js'

const reply = (status: number, body = '{"status":"ok"}', type = 'application/json'): Reply => ({
  status,
  headers: { 'content-type': type },
  body,
})

/** A readiness of an Ory that answers when the test says so. */
function open() {
  const clock = createFakeClock()
  const underWay: Deferred<Reply>[] = []
  const routes: string[] = []
  const client: OryClient = {
    send({ route }) {
      routes.push(route)
      const answer = defer<Reply>()
      underWay.push(answer)
      return answer.promise
    },
    close: async () => undefined,
  }
  const readiness = createReadiness(client, '/health/ready', 60_000, clock)
  const now = () => clock.monotonic()
  return { clock, underWay, routes, now, ask: readiness.ask.bind(readiness) }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('what readiness says', () => {
  it.each<[string, Reply | Error, string]>([
    ['a 200 that is ok', reply(200), 'ready'],
    ['a 200 with more in it', reply(200, '{"status":"ok","version":"v26"}'), 'ready'],
    ['a 503', reply(503), 'unready'],
    ['a 500', reply(500, ''), 'unready'],
    ['a 502 of a front end', reply(502, '<html>'), 'unready'],
    ['a rate limit', reply(429, ''), 'unready'],
    ['no answer', new Fault('network'), 'unready'],
    ['none in time', new Fault('timeout'), 'unready'],
    ['a 404', reply(404, '404 page not found'), 'unknown'],
    ['a 401', reply(401), 'unknown'],
    ['a 301', reply(301, ''), 'unknown'],
    ['a 204', reply(204, ''), 'unknown'],
    ['a 200 that is a page', reply(200, '<html>', 'Text/HTML; charset=utf-8'), 'unknown'],
    ['a 200 of another route', reply(200, 'OK', 'text/plain'), 'ready'],
    ['a 200 without a type', { status: 200, headers: {}, body: '' }, 'ready'],
    ['a mistake of the program', new TypeError('mistake'), 'unready'],
  ])('is by %s', async (_title, answer, expected) => {
    const { ask, underWay, now, routes } = open()
    const health = ask(now(), 0)
    await settle()
    if (answer instanceof Error) underWay[0]?.reject(answer)
    else underWay[0]?.resolve(answer)
    expect(await health).toBe(expected)
    expect(routes).toEqual(['/health/ready'])
  })
})

describe('when readiness is asked', () => {
  it('asks once for all who wait, if it began after their calls', async () => {
    const { ask, underWay, now, clock } = open()
    const since = now()
    clock.advance(5)
    const all = [ask(since, 0), ask(since + 5, 0), ask(since, 1_000)]
    await settle()
    expect(underWay).toHaveLength(1)
    underWay[0]?.resolve(reply(200))
    expect(await Promise.all(all)).toEqual(['ready', 'ready', 'ready'])
  })

  it('asks again for a call that began after it, one at a time', async () => {
    const { ask, underWay, now, clock } = open()
    const early = ask(now(), 0)
    clock.advance(1)
    const late = [ask(now(), 0), ask(now(), 0)]
    await settle()
    expect(underWay).toHaveLength(1)
    underWay[0]?.resolve(reply(503))
    expect(await early).toBe('unready')
    await settle()
    expect(underWay).toHaveLength(2)
    expect(await standOf(late)).toEqual(['pending', 'pending'])
    underWay[1]?.resolve(reply(200))
    expect(await Promise.all(late)).toEqual(['ready', 'ready'])
  })

  it('takes an answer that is a second old where that will do', async () => {
    const { ask, underWay, now, clock } = open()
    const first = ask(now(), 1_000)
    await settle()
    clock.advance(300)
    underWay[0]?.resolve(reply(200))
    await first
    clock.advance(1_000)
    expect(await ask(now(), 1_000)).toBe('ready')
    expect(underWay).toHaveLength(1)
    clock.advance(1)
    const next = ask(now(), 1_000)
    await settle()
    expect(underWay).toHaveLength(2)
    underWay[1]?.resolve(reply(503))
    expect(await next).toBe('unready')
  })

  it('takes the one under way where a second will do', async () => {
    const { ask, underWay, now, clock } = open()
    const first = ask(now(), 0)
    clock.advance(60_000)
    const second = ask(now(), 1_000)
    await settle()
    underWay[0]?.resolve(reply(200))
    expect(await Promise.all([first, second])).toEqual(['ready', 'ready'])
    expect(underWay).toHaveLength(1)
  })

  it('is asked again where the clock threw when it had answered', async () => {
    const { ask, underWay, now, clock } = open()
    const read = clock.monotonic
    const first = ask(now(), 1_000)
    await settle()
    clock.monotonic = () => {
      throw new Error('the clock')
    }
    underWay[0]?.resolve(reply(200))
    await expect(first).rejects.toThrow('the clock')
    clock.monotonic = read
    const second = ask(now(), 1_000)
    await settle()
    underWay[1]?.resolve(reply(200))
    expect(await second).toBe('ready')
    expect(underWay).toHaveLength(2)
  })

  it('takes no older answer where none will do', async () => {
    const { ask, underWay, now, clock } = open()
    const first = ask(now(), 0)
    await settle()
    underWay[0]?.resolve(reply(200))
    await first
    clock.advance(1)
    void ask(now(), 0)
    await settle()
    expect(underWay).toHaveLength(2)
    underWay[1]?.resolve(reply(200))
  })

  it('leaves a route alone for five minutes that is not there', async () => {
    const { ask, underWay, now, clock } = open()
    const first = ask(now(), 0)
    await settle()
    underWay[0]?.resolve(reply(404, ''))
    await first
    clock.shiftMonotonic(299_999)
    expect(await ask(now(), 0)).toBe('unknown')
    expect(underWay).toHaveLength(1)
    clock.shiftMonotonic(1)
    const next = ask(now(), 0)
    await settle()
    underWay[1]?.resolve(reply(200))
    expect(await next).toBe('ready')
  })

  it('tells who waited for their turn of a route that is not there', async () => {
    const { ask, underWay, now, clock } = open()
    const early = ask(now(), 0)
    clock.advance(1)
    const late = ask(now(), 0)
    await settle()
    underWay[0]?.resolve(reply(404, ''))
    expect(await Promise.all([early, late])).toEqual(['unknown', 'unknown'])
    expect(underWay).toHaveLength(1)
  })
})
