import { afterEach, describe, expect, it, jest } from '@jest/globals'
import dns from 'node:dns'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrySession } from '../../lib/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import { createHandClock } from '../support/hand-clock.js'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

/** A front end of an Ory that counts what it passes on. */
async function front(target: string, host: string, port: number) {
  const seen = { calls: 0 }
  const server: Server = createServer((incoming, response) => {
    seen.calls += 1
    const { url = '/', method, headers } = incoming
    request(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, {
        ...answer.headers,
        connection: 'keep-alive',
        'keep-alive': 'timeout=600',
      })
      answer.pipe(response)
    }).end()
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  closing.push(async () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { seen, port: (server.address() as AddressInfo).port }
}

describe('an Ory whose name moves to another address', () => {
  it('is asked there within a minute, though the old address goes on answering', async () => {
    const fake = await createFakeOry()
    closing.push(() => fake.close())
    const old = await front(fake.url, '127.0.0.1', 0)
    const fresh = await front(fake.url, '127.0.0.2', old.port)
    let address = '127.0.0.1'
    const { lookup } = dns
    jest.spyOn(dns, 'lookup').mockImplementation(((
      host: string,
      options: { all?: boolean },
      callback: (...result: unknown[]) => void,
    ) => {
      if (host !== 'ory.test') lookup(host, options, callback as never)
      else if (options.all === true) callback(null, [{ address, family: 4 }])
      else callback(null, address, 4)
    }) as typeof dns.lookup)
    const clock = createHandClock()
    const url = `http://ory.test:${String(old.port)}`
    const ory = createOrySession({ url, clock, cacheTtlMs: 0 })
    closing.push(() => ory.close())
    const { token } = fake.signIn()
    const ask = async () => ory.authenticate({ headers: { 'x-session-token': token } })

    const askFor = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000)
        expect((await ask()).error).toBeUndefined()
      }
    }

    await askFor(1)
    address = '127.0.0.2'
    await askFor(60)
    const { calls } = old.seen
    await askFor(10)
    expect(old.seen.calls).toBe(calls)
    expect(fresh.seen.calls).toBeGreaterThanOrEqual(10)
  })
})
