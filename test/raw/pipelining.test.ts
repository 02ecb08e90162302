import { describe, expect, it } from '@jest/globals'
import type { OptionalSessionPolicy } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { expectDenial, sessionInvalid, sessionMissing, unavailable } from '../support/denial.js'
import type { Reply } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { byToken, createWorld, madeUpToken } from '../support/world.js'
import { openConnection } from './connection.js'
import { request } from './row.js'

const world = createWorld()

const of = ({ token }: { readonly token: string }): string => request([`X-Session-Token: ${token}`])
const sessionId = ({ text }: Reply): unknown => JSON.parse(text).session.id
const idOf = ({ session }: SignedIn): string => session.id

describe.each(frameworks)(
  'requests of different users on one connection under $name',
  (framework) => {
    it('are each answered with their own session, in order, when the first is slow and the second a hit', async () => {
      const { fake, site, get } = await world.start({ framework })
      const [slow, warm, last] = [fake.signIn(), fake.signIn(), fake.signIn()]
      await get(byToken(warm)).expect(200)
      const held = fake.fault('held', { times: 1 })
      const connection = openConnection(site.port)

      connection.write(`${of(slow)}${of(warm)}${request([])}${of(last)}`)
      await fake.calls.waitFor(3)
      await site.arrived(5)
      // All but the first have been decided, and none is on the wire before the first.
      expect(site.visits.map(({ nexts }) => nexts.length).slice(0, 3)).toEqual([1, 0, 1])
      expect(connection.socket.bytesRead).toBe(0)
      held.heal()
      const replies = await connection.replies(4)

      expect(replies.map(({ status }) => status)).toEqual([200, 200, 401, 200])
      expect([replies[0]!, replies[1]!, replies[3]!].map(sessionId)).toEqual(
        [slow, warm, last].map(idOf),
      )
      expectDenial(replies[2]!, sessionMissing)
      connection.socket.destroy()
    })

    it('are never mixed, however many take turns', async () => {
      const { fake, site } = await world.start({ framework })
      const users = Array.from({ length: 7 }, () => fake.signIn())
      const turns = Array.from({ length: 200 }, (_, turn) => users[(turn * turn + turn) % 7]!)
      const connections = [openConnection(site.port), openConnection(site.port)]

      for (const connection of connections) connection.write(turns.map(of).join(''))
      const replies = await Promise.all(connections.map(({ replies: read }) => read(turns.length)))

      for (const each of replies) expect(each.map(sessionId)).toEqual(turns.map(idOf))
      expect(fake.calls.whoami).toBe(new Set(turns).size)
      for (const { socket } of connections) socket.destroy()
    })

    it('keep nothing of each other where one is denied, made up or unanswered', async () => {
      const { fake, site } = await world.start({ framework })
      const [one, other] = [fake.signIn(), fake.signIn()]
      fake.fault(500, { times: 1 })
      const connection = openConnection(site.port)

      connection.write(of(other))
      const [first] = await connection.replies(1)
      connection.write(`${of(one)}${of({ token: madeUpToken() })}${request([])}${of(other)}`)
      const replies = await connection.replies(5)

      expectDenial(first!, unavailable)
      expect(sessionId(replies[1]!)).toBe(idOf(one))
      expectDenial(replies[2]!, sessionInvalid)
      expectDenial(replies[3]!, sessionMissing)
      expect(sessionId(replies[4]!)).toBe(idOf(other))
      connection.socket.destroy()
    })

    it.each<[string, OptionalSessionPolicy]>([
      ['byte for byte', {}],
      ['byte for byte, on a fresh route', { fresh: true }],
    ])('are read %s', async (_name, policy) => {
      const { fake, site } = await world.start({ framework, policy })
      const [one, other] = [fake.signIn(), fake.signIn()]
      const connection = openConnection(site.port)

      for (const byte of `${of(one)}${of(other)}`) {
        connection.write(byte)
        await new Promise((resolve) => setImmediate(resolve))
      }

      expect((await connection.replies(2)).map(sessionId)).toEqual([one, other].map(idOf))
      connection.socket.destroy()
    })
  },
)
