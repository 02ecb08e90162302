import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { OptionalPolicy, Options, SessionError } from '../../lib/index.js'
import { respond } from '../../lib/index.js'
import { expectNoSecret } from '../support/canary.js'
import { expectDenial, unavailable } from '../support/denial.js'
import { faults, upstreamText } from '../support/faults.js'
import { byCookie, byJunk, byToken, createWorld, get } from '../support/world.js'

const world = createWorld()

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Starts a server that says the same to whoever asks, and resolves to its port. */
async function listen(message: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(message))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const kinds: readonly [string, boolean, OptionalPolicy][] = [
  ['required', false, {}],
  ['optional', true, {}],
  ['optional, anonymous while Ory is away', true, { onUnavailable: 'anonymous' }],
]

describe('when Ory gives no answer', () => {
  it.each(Object.keys(faults))('a request is neither let in nor logged out: %s', async (name) => {
    const errors: SessionError[] = []
    const options: Options = {
      timeoutMs: 250,
      onDenied(error, request, response) {
        errors.push(error)
        respond(error, request, response)
      },
    }
    const { fake, ory, clock } = await world.start({ options })
    const sites = await Promise.all(
      kinds.map(async ([, isOptional, policy]) =>
        world.site(isOptional ? ory.optionalSession(policy) : ory.requireSession(policy)),
      ),
    )
    fake.fault(...faults[name]!)
    const people = [fake.signIn(), fake.signIn(), fake.signIn()]
    const secrets = [upstreamText, ...people.flatMap(({ token, cookie }) => [token, cookie])]

    const replies = await Promise.all(
      sites.map(async ({ origin }, index) => {
        const carry = index === 1 ? byCookie : byToken
        const reply = await fetch(origin, { headers: carry(people[index]!) })
        return {
          status: reply.status,
          headers: Object.fromEntries(reply.headers),
          text: await reply.text(),
        }
      }),
    )

    expectDenial(replies[0]!, unavailable)
    expectDenial(replies[1]!, unavailable)
    expect(replies[2]).toMatchObject({ status: 200, text: '{"session":null}' })
    expect(sites.map(({ handled }) => handled)).toEqual([0, 0, 1])
    expect(fake.calls.all.filter(({ route }) => route === 'other')).toEqual([])
    expect(errors).toHaveLength(2)
    expectNoSecret([replies, errors, ory.stats()], secrets)
    for (const error of errors) expectNoSecret(error, secrets)

    // Nothing of it is kept.
    expect(ory.stats()).toMatchObject({ entries: 0, refusals: 0 })
    fake.heal()
    // Whatever pause there was for Ory's sake, half a minute is the longest.
    clock.advance(31_000)
    const after = await fetch(sites[0]!.origin, { headers: byToken(people[0]!) })
    expect(after.status).toBe(200)
  })

  it('because nobody listens, the answer is 503 too', async () => {
    const { fake, get } = await world.start()
    const headers = byToken(fake.signIn())
    await fake.close()

    expectDenial(await get(headers), unavailable)
  })

  it('because somebody answers in another protocol, what they say is shown to nobody', async () => {
    const errors: unknown[] = []
    const port = await listen(`HTTP/1.1 200 OK\r\n${upstreamText} : ${upstreamText}\r\n\r\n`)
    const ory = world.instance({
      url: `http://127.0.0.1:${port}`,
      onDenied(error, request, response) {
        errors.push(error)
        respond(error, request, response)
      },
    })
    const site = await world.site(ory.requireSession())
    const { token } = (await world.fake()).signIn()

    const reply = await get(site, byToken({ token }))

    expectDenial(reply, unavailable)
    expect(errors).toHaveLength(1)
    expectNoSecret(errors[0], [upstreamText, token])
    expectNoSecret([reply.headers, reply.text], [upstreamText, token])
  })

  it('the session in memory serves until its TTL', async () => {
    const { fake, get, clock } = await world.start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    fake.fault('reset')
    clock.advance(9_999)
    await get(headers).expect(200)

    clock.advance(1)
    expectDenial(await get(headers), unavailable)
  })

  it('the deadline holds over the whole call, second question included', async () => {
    const { fake, get } = await world.start({ options: { timeoutMs: 200 } })
    fake.fault('silent', { path: 'ready' })
    const began = performance.now()

    expectDenial(await get(byJunk()), unavailable)

    // Generous: one deadline, and not one for each call, on a busy machine.
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
