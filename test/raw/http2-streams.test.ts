import { once } from 'node:events'
import { constants } from 'node:http2'
import { describe, expect, it } from '@jest/globals'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { expectDenial, sessionMissing } from '../support/denial.js'
import { byToken, idle, madeUpToken } from '../support/world.js'
import { createHttp2World, readStream, send, sessionId } from './http2-site.js'

const start = createHttp2World()

const idOf = ({ session }: SignedIn): string => session.id

describe('the streams of one session of HTTP/2', () => {
  it('are never mixed, though two users take turns on them', async () => {
    const { fake, client } = await start()
    const [slow, quick] = [fake.signIn(), fake.signIn()]
    const held = fake.fault('held', { times: 1 })
    const first = send(client, byToken(slow))
    await fake.calls.waitFor(1)

    const others = await Promise.all(
      Array.from({ length: 20 }, async () => send(client, byToken(quick))),
    )
    const herd = Array.from({ length: 20 }, async () => send(client, byToken(slow)))
    held.heal()

    expect(others.map(sessionId)).toEqual(Array(20).fill(idOf(quick)))
    expect((await Promise.all([first, ...herd])).map(sessionId)).toEqual(Array(21).fill(idOf(slow)))
    expect(fake.calls.whoami).toBe(2)
  })

  it('go on when one is reset while Ory is asked, and that one is written nothing', async () => {
    const { fake, ory, site, client } = await start()
    const person = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const reset = client.request({ ':path': '/', ...byToken(person) })
    reset.on('error', () => undefined)
    await fake.calls.waitFor(1)
    const stays = send(client, byToken(person))
    const closed = once(site.visits[0]!.response, 'close')

    reset.close(constants.NGHTTP2_CANCEL)
    await closed
    held.heal()

    expect(sessionId(await stays)).toBe(idOf(person))
    await idle(ory)
    expect(site.visits[0]!.nexts).toEqual([])
    expect(site.visits[0]!.response.headersSent).toBe(false)
    expect(fake.calls.whoami).toBe(1)
    expect(site.errors).toEqual([])
  })

  it.each<[string, (fake: FakeOry) => void]>([
    ['a session', () => undefined],
    ['a refusal', (fake) => void fake.fault(401)],
    ['a fault', (fake) => void fake.fault(502)],
  ])('are no matter for %s when the client is gone altogether', async (_name, arrange) => {
    const { fake, ory, site, client } = await start()
    const held = fake.fault('held', { times: 1 })
    const streams = [byToken(fake.signIn()), byToken({ token: madeUpToken() })].map((headers) =>
      client.request({ ':path': '/', ...headers }),
    )
    for (const stream of streams) stream.on('error', () => undefined)
    await fake.calls.waitFor(2)
    arrange(fake)
    const closed = site.visits.map(async ({ response }) => once(response, 'close'))

    client.destroy()
    await Promise.all(closed)
    held.heal()
    await idle(ory)

    expect(site.visits[0]!.nexts).toEqual([])
    expect(site.errors).toEqual([])
  })

  it('are answered at once where the body of a denied request is still on its way', async () => {
    const { site, client } = await start()
    const stream = client.request({ ':method': 'POST', ':path': '/' })
    stream.write('some of it')

    const reply = await readStream(stream)

    expectDenial(reply, sessionMissing)
    stream.close()
    expect(site.errors).toEqual([])
  })
})
