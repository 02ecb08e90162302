import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Agent, get, type IncomingMessage } from 'node:http'
import { createCalls } from '../../../lib/testing/calls.js'
import { createFakeOry, type FakeOry } from '../../../lib/testing/index.js'
import { ask } from './ask.js'

let ory: FakeOry
beforeEach(async () => {
  ory = await createFakeOry({ clock: { now: () => 42 } })
})
afterEach(() => ory.close())

describe('the log of calls', () => {
  it('has every request, in order, with its headers as they came', async () => {
    const headers = { 'X-Session-Token': 'a', Cookie: 'b=c' }
    await ask(ory.url, { method: 'POST', path: '/sessions/whoami?tokenize_as=api', headers })
    await ask(ory.url, { path: '/health/ready' })
    await ask(ory.url, { path: '/health/alive' })
    await ask(ory.url, { path: '/nowhere' })

    expect([...ory.calls].map(({ route }) => route)).toEqual(['whoami', 'ready', 'alive', 'other'])
    expect(ory.calls.all[0]).toMatchObject({
      method: 'POST',
      path: '/sessions/whoami?tokenize_as=api',
      headers: { 'x-session-token': 'a', cookie: 'b=c' },
      rawHeaders: expect.arrayContaining(['X-Session-Token', 'a', 'Cookie', 'b=c']),
      at: 42,
    })
    expect(ory.calls.last).toMatchObject({ method: 'GET', path: '/nowhere' })
  })

  it('counts whoami and readiness, answered or not, and starts over on reset', async () => {
    ory.fault('reset', { times: 1 })
    await expect(ask(ory.url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await ask(ory.url)
    await ask(ory.url, { path: '/health/ready' })
    const before = ory.calls.all
    expect([ory.calls.whoami, ory.calls.ready, ory.calls.connections]).toEqual([2, 1, 3])

    ory.calls.reset()
    expect([ory.calls.whoami, ory.calls.ready, ory.calls.connections]).toEqual([0, 0, 0])
    expect([ory.calls.all, ory.calls.last]).toEqual([[], undefined])
    expect(before).toHaveLength(3)
  })

  it('waits until a route was called so often', async () => {
    const seen: string[] = []
    const two = ory.calls.waitFor(2).then(() => seen.push('two whoami'))
    const ready = ory.calls.waitFor(1, 'ready').then(() => seen.push('ready'))
    await ask(ory.url)
    await ask(ory.url, { path: '/health/ready' })
    await ready
    await ask(ory.url)
    await two
    await ory.calls.waitFor(2)

    expect(seen).toEqual(['ready', 'two whoami'])
  })

  it('keeps the latest of very many, and counts all', () => {
    const log = createCalls({ now: () => 0 })
    for (let index = 0; index < 20_005; index += 1) {
      const message = { method: 'GET', url: `/${index}`, headers: {}, rawHeaders: [] }
      log.add('whoami', message as unknown as IncomingMessage, 1)
    }

    expect(log.calls.whoami).toBe(20_005)
    expect(log.calls.all).toHaveLength(10_000)
    expect(log.calls.all[0]?.path).toBe('/10005')
    expect(log.calls.last?.path).toBe('/20004')
  })

  it('counts connections, not requests', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let call = 0; call < 3; call += 1) {
      await new Promise((resolve) => {
        get(`${ory.url}/health/alive`, { agent }, (answer) => answer.resume().once('end', resolve))
      })
    }

    expect([ory.calls.connections, ory.calls.open]).toEqual([1, 1])
    agent.destroy()
    while (ory.calls.open > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(ory.calls.connections).toBe(1)
  })
})
