import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { WebSocket, WebSocketServer } from 'ws'
import type { OrySession, SessionError } from '../../lib/index.js'
import { byCookie, byToken, createWorld, idle, madeUpToken } from '../support/world.js'

jest.setTimeout(30_000)

const world = createWorld()

interface Ended {
  readonly error: Promise<SessionError>
  readonly errors: SessionError[]
  readonly onEnd: (error: SessionError) => void
}

/** Notes how a watch ends. */
function createEnded(): Ended {
  const errors: SessionError[] = []
  let tell: (error: SessionError) => void
  const error = new Promise<SessionError>((resolve) => (tell = resolve))
  return {
    error,
    errors,
    onEnd(given) {
      errors.push(given)
      tell(given)
    },
  }
}

/** Resolves when the watches had time to look. */
const someTicks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 350))

describe('watch', () => {
  it('ends at once when the session is invalidated, with a 401', async () => {
    const { fake, ory } = await world.start()
    const person = fake.signIn()
    const targets = [
      { session: person.session.id },
      { identity: person.session.identity.id },
      { request: { headers: byToken(person) } },
    ]
    for (const target of targets) {
      const request = { headers: byToken(person) }
      await ory.authenticate(request)
      const { onEnd, errors } = createEnded()
      ory.watch(request, { onEnd })
      await Promise.resolve()
      const done = ory.invalidate(target)
      expect(errors).toMatchObject([{ code: 'session_invalid', status: 401 }])
      await done
    }
  })

  it('ends at once when a user logs out, whichever credential of the session it watches', async () => {
    const { fake, ory } = await world.start()
    const person = fake.signIn()
    const ended = [createEnded(), createEnded()]
    for (const [index, headers] of [byCookie(person), byToken(person)].entries()) {
      const request = { headers }
      await ory.authenticate(request)
      ory.watch(request, { onEnd: ended[index]!.onEnd })
    }
    const out = await world.site(ory.logout())
    await fetch(out.origin, { method: 'POST', headers: byToken(person) })
    for (const { errors } of ended) expect(errors).toMatchObject([{ code: 'session_invalid' }])
  })

  it('ends at expires_at, and not before', async () => {
    const { fake, ory, clock } = await world.start()
    const person = fake.signIn({ expiresInMs: 120_000 })
    const { onEnd, error, errors } = createEnded()
    ory.watch({ headers: byToken(person) }, { onEnd, everyMs: 3_600_000 })
    await someTicks()
    clock.advance(119_000)
    await someTicks()
    expect(errors).toEqual([])
    clock.advance(1_000)
    expect((await error).code).toBe('session_invalid')
  })

  it('goes on past expires_at if the session was extended', async () => {
    const { fake, ory, clock } = await world.start()
    const person = fake.signIn({ expiresInMs: 120_000 })
    const { onEnd, errors } = createEnded()
    ory.watch({ headers: byToken(person) }, { onEnd, everyMs: 3_600_000 })
    await someTicks()
    fake.extend(person, 600_000)
    clock.advance(121_000)
    await someTicks()
    expect(errors).toEqual([])
  })

  it('ends within everyMs of a revocation elsewhere, and of a session below the policy', async () => {
    const { fake, ory, clock } = await world.start()
    const [revoked, old, well] = [fake.signIn(), fake.signIn(), fake.signIn()]
    const ended = [createEnded(), createEnded(), createEnded()]
    const policy = { maxAgeMs: 30_000 }
    ory.watch({ headers: byToken(revoked) }, { onEnd: ended[0]!.onEnd })
    ory.watch({ headers: byToken(old) }, { onEnd: ended[1]!.onEnd, policy })
    ory.watch({ headers: byToken(well) }, { onEnd: ended[2]!.onEnd })
    await someTicks()
    fake.revoke(revoked)
    clock.advance(60_000)
    expect((await ended[0]!.error).code).toBe('session_invalid')
    expect((await ended[1]!.error).code).toBe('session_refresh_required')
    expect(ended[2]!.errors).toEqual([])
  })

  it('ends nothing in an outage, until it outlasts expires_at', async () => {
    const { fake, ory, clock } = await world.start()
    const person = fake.signIn({ expiresInMs: 180_000 })
    const { onEnd, error, errors } = createEnded()
    ory.watch({ headers: byToken(person) }, { onEnd })
    await someTicks()
    fake.fault(503)
    clock.advance(90_000)
    await someTicks()
    expect(errors).toEqual([])
    clock.advance(90_000)
    expect((await error).code).toBe('session_invalid')
  })

  it.each([
    ['no credential', {}, 'session_missing'],
    ['an unknown token', byToken({ token: madeUpToken() }), 'session_invalid'],
  ])('ends soon, but never in the same turn, with %s', async (_name, headers, code) => {
    const { ory } = await world.start()
    const { onEnd, error, errors } = createEnded()
    ory.watch({ headers }, { onEnd })
    expect(errors).toEqual([])
    expect((await error).code).toBe(code)
  })

  it('costs one question in everyMs, however many watch a credential', async () => {
    const { fake, ory, clock } = await world.start()
    const request = { headers: byToken(fake.signIn()) }
    await ory.authenticate(request)
    const { onEnd, errors } = createEnded()
    const stops = Array.from({ length: 1_000 }, () => ory.watch(request, { onEnd }))
    await idle(ory)
    clock.advance(60_000)
    await someTicks()
    await idle(ory)
    expect([fake.calls.whoami, errors.length]).toEqual([2, 0])
    for (const stop of [...stops, ...stops]) stop()
    await ory.invalidate({ request })
    expect(errors).toEqual([])
  })

  it('takes the session that a middleware attached, so that it asks nothing at first', async () => {
    const { fake, ory } = await world.start({ options: { cacheTtlMs: 0 } })
    const { onEnd, errors } = createEnded()
    const site = await world.site(ory.requireSession(), {
      handler(request: IncomingMessage, response: ServerResponse) {
        ory.watch(request, { onEnd })
        response.end()
      },
    })
    const person = fake.signIn()
    await fetch(site.origin, { headers: byToken(person) })
    await someTicks()
    expect(fake.calls.whoami).toBe(1)
    await ory.invalidate({ session: person.session.id })
    expect(errors).toHaveLength(1)
  })

  it.each([
    [undefined, 'ERR_ORY_INVALID_OPTION'],
    [{}, 'ERR_ORY_INVALID_OPTION'],
    [{ onEnd: () => undefined, everyMs: 0 }, 'ERR_ORY_INVALID_OPTION'],
    [{ onEnd: () => undefined, every: 1 }, 'ERR_ORY_UNKNOWN_OPTION'],
    [{ onEnd: () => undefined, policy: { aal: 'two' } }, 'ERR_ORY_INVALID_OPTION'],
  ])('throws a TypeError for %j', async (options, code) => {
    const { ory } = await world.start()
    const call = (): unknown => ory.watch({ headers: {} }, options as never)
    expect(call).toThrow(expect.objectContaining({ name: 'TypeError', code }))
  })
})

describe('a chat on ws', () => {
  const closers: (() => void)[] = []
  afterEach(() => {
    for (const close of closers.splice(0)) close()
  })

  async function startChat(ory: OrySession): Promise<number> {
    const server = createServer()
    const guard = ory.guardUpgrade()
    const webSockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      void guard(request, socket, head).then((session) => {
        if (session === undefined) return
        webSockets.handleUpgrade(request, socket, head, (webSocket) => {
          const stop = ory.watch(request, {
            onEnd: ({ status, code }) => webSocket.close(4_000 + status, code),
          })
          webSocket.once('close', stop)
        })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    return (server.address() as AddressInfo).port
  }

  it('closes the socket of a user who logs out elsewhere, and leaves the others open', async () => {
    const { fake, ory } = await world.start()
    const port = await startChat(ory)
    const [ada, bob] = [fake.signIn(), fake.signIn()]
    const sockets = await Promise.all(
      [ada, bob].map(async (person) => {
        const webSocket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: byCookie(person) })
        closers.push(() => webSocket.terminate())
        await new Promise((resolve) => webSocket.once('open', resolve))
        return webSocket
      }),
    )
    const closed = new Promise<unknown[]>((resolve) =>
      sockets[0]!.once('close', (code, reason) => resolve([code, String(reason)])),
    )
    const out = await world.site(ory.logout())
    await fetch(out.origin, { method: 'POST', headers: byCookie(ada) })
    expect(await closed).toEqual([4_401, 'session_invalid'])
    expect(sockets[1]!.readyState).toBe(WebSocket.OPEN)
  })
})
