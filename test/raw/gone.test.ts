import { once } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import type { SessionMiddleware } from '../../lib/index.js'
import { frameworks } from '../support/frameworks.js'
import { byToken, createWorld, idle } from '../support/world.js'
import type { Scene } from '../support/world.js'
import { openConnection } from './connection.js'
import type { Connection } from './connection.js'
import { request } from './row.js'

const world = createWorld()

const of = ({ token }: { readonly token: string }): string => request([`X-Session-Token: ${token}`])

/** Ways to leave. */
const ways: readonly [string, (connection: Connection) => void][] = [
  ['closes', ({ socket }) => void socket.destroy()],
  ['resets', ({ socket }) => void socket.resetAndDestroy()],
]

/** Makes Node's server answer those who have closed their half of the connection. */
const allowHalfOpen: SessionMiddleware = ({ socket }, _response, next) => {
  Object.assign((socket as { server?: object }).server ?? {}, { httpAllowHalfOpen: true })
  next()
}

/** Nothing was written to somebody who had left, and nobody heard of them. */
function expectSilence({ site }: Scene, visit: number): void {
  const { response, nexts } = site.visits[visit]!
  expect(nexts).toEqual([])
  expect(response.headersSent).toBe(false)
  expect(site.errors).toEqual([])
}

describe.each(frameworks)('a client under $name', (framework) => {
  it.each(ways)('that %s before its request is whole costs no call', async (_name, leave) => {
    const { fake, site } = await world.start({ framework })
    const connection = openConnection(site.port)
    connection.write(of(fake.signIn()).slice(0, -2))
    await once(connection.socket, 'connect')

    leave(connection)
    await connection.closed()
    // A whole request that comes after it has been read by then.
    const next = openConnection(site.port)
    next.write(request(['Connection: close']))
    await next.closed()

    expect(site.visits).toHaveLength(1)
    expect(fake.calls.whoami).toBe(0)
  })

  it.each(ways)('that %s while Ory is asked is written nothing', async (_name, leave) => {
    const scene = await world.start({ framework })
    const { fake, ory, site, get } = scene
    const person = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const connection = openConnection(site.port)
    connection.write(of(person))
    await fake.calls.waitFor(1)

    const closed = once(site.visits[0]!.response, 'close')
    leave(connection)
    await closed
    held.heal()
    await idle(ory)

    expectSilence(scene, 0)
    // What Ory said is not lost: the question is detached from who asked it.
    await get(byToken(person)).expect(200)
    expect(fake.calls.whoami).toBe(1)
  })

  it.each(ways)('that %s among a herd takes nobody along', async (_name, leave) => {
    const scene = await world.start({ framework })
    const { fake, ory, site } = scene
    const person = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const herd = Array.from({ length: 12 }, () => openConnection(site.port))
    for (const [index, connection] of herd.entries()) {
      connection.write(of(person))
      await site.arrived(index + 1)
    }
    await fake.calls.waitFor(1)

    // The one whose request caused the call is among those who leave.
    const [leavers, stayers] = [herd.slice(0, 6), herd.slice(6)]
    const closed = site.visits.slice(0, 6).map(async ({ response }) => once(response, 'close'))
    for (const connection of leavers) leave(connection)
    await Promise.all(closed)
    held.heal()
    const replies = await Promise.all(stayers.map(async ({ replies: read }) => read(1)))
    await idle(ory)

    expect(replies.flat().map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(fake.calls.whoami).toBe(1)
    for (const visit of leavers.keys()) expectSilence(scene, visit)
    for (const { socket } of stayers) socket.destroy()
  })

  it.each(ways)(
    'that %s with requests in the pipeline is written none of them',
    async (_name, leave) => {
      const scene = await world.start({ framework })
      const { fake, ory, site } = scene
      const [slow, other] = [fake.signIn(), fake.signIn()]
      const held = fake.fault('held', { times: 2 })
      const connection = openConnection(site.port)
      connection.write(`${of(slow)}${of(other)}`)
      await fake.calls.waitFor(2)

      const closed = once(site.visits[0]!.response, 'close')
      leave(connection)
      await closed
      held.heal()
      await idle(ory)

      expectSilence(scene, 0)
      expect(site.errors).toEqual([])
      expect((await connection.closed()).length).toBe(0)
    },
  )

  it.each(ways)('that %s after its answer leaves nothing behind', async (_name, leave) => {
    const { fake, ory, site, get } = await world.start({ framework })
    const person = fake.signIn()
    const connection = openConnection(site.port)
    connection.write(of(person))
    await connection.replies(1)

    leave(connection)
    await connection.closed()

    await get(byToken(person)).expect(200)
    expect(ory.stats()).toMatchObject({ hits: 1, misses: 1, inFlight: 0 })
    expect(site.errors).toEqual([])
  })

  it('that sends no more, and whose server does not mind, gets its answer', async () => {
    const { fake, site } = await world.start({ framework, before: [allowHalfOpen] })
    const person = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const connection = openConnection(site.port)
    connection.write(of(person))
    connection.socket.end()
    await fake.calls.waitFor(1)
    held.heal()

    const replies = await connection.closed()

    expect(replies.map(({ status }) => status)).toEqual([200])
  })

  it('that sends no more is gone for any other server', async () => {
    const scene = await world.start({ framework })
    const { fake, ory, site } = scene
    const held = fake.fault('held', { times: 1 })
    const connection = openConnection(site.port)
    connection.write(of(fake.signIn()))
    connection.socket.end()
    await fake.calls.waitFor(1)
    const replies = await connection.closed()
    held.heal()
    await idle(ory)

    expect(replies).toEqual([])
    expectSilence(scene, 0)
  })
})
