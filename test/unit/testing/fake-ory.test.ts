import { afterEach, describe, expect, it } from '@jest/globals'
import { createHook } from 'node:async_hooks'
import { connect } from 'node:net'
import { createFakeOry, type FakeOry, type FakeOryOptions } from '../../../lib/testing/index.js'
import { ask } from './ask.js'

const started: FakeOry[] = []
async function start(options?: FakeOryOptions): Promise<FakeOry> {
  const ory = await createFakeOry(options)
  started.push(ory)
  return ory
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((ory) => ory.close()))
})

describe('createFakeOry', () => {
  it('starts several at once that know nothing of one another', async () => {
    const [one, two] = await Promise.all([start(), start()])
    const { cookie, session } = one.signIn()
    two.fault(500, { path: 'ready' })

    expect(two.url).not.toBe(one.url)
    expect((await ask(one.url, { headers: { cookie } })).status).toBe(200)
    expect((await ask(two.url, { headers: { cookie } })).status).toBe(401)
    expect((await ask(one.url, { path: '/health/ready' })).status).toBe(200)
    expect([one.calls.all.length, two.calls.all.length]).toEqual([2, 1])
    expect(() => two.revoke(session)).toThrow(TypeError)
  })

  it('listens on loopback alone, on a port of its own or a given one', async () => {
    const ory = await start()
    const { hostname, port } = new URL(ory.url)
    expect(hostname).toBe('127.0.0.1')

    await expect(createFakeOry({ port: Number(port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    await ory.close()
    expect((await start({ port: Number(port) })).url).toBe(ory.url)
  })

  it('says in Date what time it is by its own clock, in faults too', async () => {
    let now = Date.UTC(2031, 1, 2, 3, 4, 5, 678)
    const ory = await start({ clock: { now: () => now } })
    const dateOf = async (path?: string) =>
      (await ask(ory.url, path === undefined ? {} : { path })).header('date')

    expect(await dateOf()).toBe('Sun, 02 Feb 2031 03:04:05 GMT')
    now += 1_000
    expect(await dateOf('/health/ready')).toBe('Sun, 02 Feb 2031 03:04:06 GMT')
    for (const fault of [503, 'html', { status: 200, body: {} }] as const) {
      ory.fault(fault)
      expect(await dateOf()).toBe('Sun, 02 Feb 2031 03:04:06 GMT')
    }
    ory.fault({ status: 200, headers: { date: 'today' } })
    expect(await dateOf()).toBe('today')
  })

  it('has another cookie name when an option says so', async () => {
    const ory = await start({ cookieName: 'ory_session_playground' })
    const { cookie } = ory.signIn()

    expect(ory.cookieName).toBe('ory_session_playground')
    expect(cookie).toMatch(/^ory_session_playground=/)
    expect((await ask(ory.url, { headers: { cookie } })).status).toBe(200)
  })

  it('keeps a base path, and answers nowhere else', async () => {
    const ory = await start({ basePath: '/ory/kratos' })
    const { token } = ory.signIn()
    const headers = { 'x-session-token': token }

    expect(ory.url).toMatch(/\/ory\/kratos$/)
    expect((await ask(ory.url, { headers })).status).toBe(200)
    expect((await ask(ory.url.replace('/ory/kratos', ''), { headers })).status).toBe(404)
  })

  it('names its public URL, its schema and its templates as given', async () => {
    const ory = await start({
      publicUrl: 'https://id.example.com/',
      schemaId: 'person',
      tokenizerTemplates: ['jwt'],
      requiredAal: 'highest_available',
    })
    const { session, token } = ory.signIn()
    const locked = ory.signIn({ secondFactor: true })
    const path = '/sessions/whoami?tokenize_as='
    const headers = { 'x-session-token': token }
    const refusal = await ask(ory.url, { headers: { cookie: locked.cookie } })

    expect(session.identity).toMatchObject({
      schema_id: 'person',
      schema_url: 'https://id.example.com/schemas/cGVyc29u',
    })
    expect((await ask(ory.url, { path: `${path}jwt`, headers })).status).toBe(200)
    expect((await ask(ory.url, { path: `${path}api`, headers })).status).toBe(400)
    expect(refusal.body).toMatchObject({
      redirect_browser_to: 'https://id.example.com/self-service/login/browser?aal=aal2',
    })
  })

  it.each<[string, object]>([
    ['an unknown option', { requiredAAL: 'aal1' }],
    ['an unknown level', { requiredAal: 'aal2' }],
    ['a base path without a slash', { basePath: 'kratos' }],
    ['a base path with a last slash', { basePath: '/kratos/' }],
    ['a lifespan that is no number', { sessionLifespanMs: Number.NaN }],
    ['a negative cap', { cacheableSessionsMaxAgeMs: -1 }],
  ])('refuses %s', async (_name, options) => {
    await expect(createFakeOry(options)).rejects.toThrow(TypeError)
  })

  it('takes an undefined option as one that is not given', async () => {
    const options = { cookieName: undefined } as object

    expect((await start(options)).cookieName).toBe('ory_kratos_session')
  })
})

describe('close', () => {
  it.each(['silent', 'held', 'drip', 'late'] as const)('ends a call that is %s', async (kind) => {
    const ory = await start()
    ory.fault(kind, { delayMs: 60_000 })
    const asked = ask(ory.url)
    await ory.calls.waitFor(1)
    await ory.close()

    await expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('leaves no timer behind', async () => {
    const ory = await start()
    // Its length tells it apart: the process has timers of its own, which come and go meanwhile.
    const delayMs = 60_123
    const timers = new Set<number>()
    const hook = createHook({
      init(id, type, _trigger, resource) {
        const length = (resource as { _idleTimeout?: number })._idleTimeout
        if (type === 'Timeout' && length === delayMs) timers.add(id)
      },
      destroy: (id) => timers.delete(id),
    }).enable()
    try {
      ory.fault('late', { delayMs })
      const asked = ask(ory.url).catch(() => 'gone')
      await ory.calls.waitFor(1)
      expect(timers.size).toBe(1)
      await ory.close()

      expect(await asked).toBe('gone')
      await new Promise((resolve) => setImmediate(resolve))
      expect(timers.size).toBe(0)
    } finally {
      hook.disable()
    }
  })

  it('ends connections that have said nothing, and those kept alive', async () => {
    const ory = await start()
    const port = Number(new URL(ory.url).port)
    const [mute, kept] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    const ended = [mute, kept].map(
      (socket) => new Promise((resolve) => socket.on('error', resolve).once('close', resolve)),
    )
    kept.write('GET /health/alive HTTP/1.1\r\nHost: ory\r\n\r\n')
    await new Promise((resolve) => kept.once('data', resolve))
    while (ory.calls.connections < 2) await ask(ory.url)
    await ory.close()

    await Promise.all(ended)
    await expect(ask(ory.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('can be called again, and by `await using`', async () => {
    const ory = await start()
    await Promise.all([ory.close(), ory.close()])
    await ory.close()
    const disposed = await start()
    await disposed[Symbol.asyncDispose]()

    await expect(ask(disposed.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('leaves no promise of the log behind', async () => {
    const ory = await start()
    const outcome = ory.calls.waitFor(1).catch((reason: unknown) => reason)
    await ory.close()

    expect(await outcome).toEqual(new Error('The fake Ory was closed'))
  })
})
