import { once } from 'node:events'
import { request as send } from 'node:http'
import type { ClientRequest } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import type { OptionalSessionPolicy } from '../../lib/index.js'
import { frameworks } from '../support/frameworks.js'
import type { Site } from '../support/site.js'
import { byToken, createWorld } from '../support/world.js'
import type { Headers } from '../support/world.js'

const world = createWorld()

/** A client that may go away. */
function open(site: Site, headers: Headers): ClientRequest {
  const client = send(site.origin, { headers })
  // It emits an error because its own socket is gone.
  client.on('error', () => undefined)
  client.end()
  return client
}

async function leave(site: Site, client: ClientRequest, visit: number): Promise<void> {
  const closed = once(site.visits[visit]!.response, 'close')
  client.destroy()
  await closed
}

describe.each(frameworks)('a client that went away under $name', (framework) => {
  it.each<[string, OptionalSessionPolicy, boolean]>([
    ['a session', {}, false],
    ['a denial', { aal: 'aal2' }, false],
    ['a fault', {}, true],
    [
      'an error of a hook',
      {
        allow: () => {
          throw new Error('broken')
        },
      },
      false,
    ],
  ])('is written nothing, and next is not called, for %s', async (_name, policy, isFaulty) => {
    const denied: unknown[] = []
    const { fake, ory, site } = await world.start({
      framework,
      policy,
      options: { onDenied: (error) => void denied.push(error) },
    })
    const headers = byToken(fake.signIn())
    if (isFaulty) fake.database.stop()
    const held = fake.fault('held')
    const client = open(site, headers)
    await fake.calls.waitFor(1)
    await leave(site, client, 0)

    held.heal()
    // A caller that waits for the same answer gets it after the one who left would have.
    await ory.authenticate({ headers })
    await new Promise((resolve) => setImmediate(resolve))

    const { response, nexts } = site.visits[0]!
    expect(nexts).toEqual([])
    expect(denied).toEqual([])
    expect(response.headersSent).toBe(false)
    expect(site.handled).toBe(0)
  })

  it('is no different from one whom somebody else has answered meanwhile', async () => {
    const { fake, ory, site, get } = await world.start({ framework })
    const headers = byToken(fake.signIn())
    const held = fake.fault('held')
    const reply = get(headers).then(({ status, text }) => [status, text])
    await fake.calls.waitFor(1)
    const { response, nexts } = site.visits[0]!
    response.statusCode = 504
    response.end('took too long')
    expect(await reply).toEqual([504, 'took too long'])

    held.heal()
    await ory.authenticate({ headers })

    expect(nexts).toEqual([])
    expect(site.handled).toBe(0)
  })

  it('leaves the others who wait for the same answer theirs', async () => {
    const { fake, site, get } = await world.start({ framework })
    const headers = byToken(fake.signIn())
    const held = fake.fault('held')
    const first = open(site, headers)
    await site.arrived(1)
    const others = Promise.all([get(headers), get(headers)])
    await site.arrived(3)
    await fake.calls.waitFor(1)

    await leave(site, first, 0)
    held.heal()

    expect((await others).map(({ status }) => status)).toEqual([200, 200])
    expect(fake.calls.whoami).toBe(1)
    expect(site.visits[0]!.nexts).toEqual([])
  })
})
