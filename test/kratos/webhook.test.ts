import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOrySession, type OrySession } from '../../lib/index.js'
import { createAdmin } from './client/admin.js'
import { createFlows, type Caller } from './client/flows.js'
import { startKratos, type KratosServer } from './database/kratos-server.js'
import { createSqlite } from './database/sqlite.js'

const startsWithinMs = 300_000
const secret = 'a-secret-of-the-web-hook'
/** What docs/webhooks.md tells to send: the id alone. */
const jsonnet = 'function(ctx) { identity: ctx.identity.id }'

const { KRATOS_BINARY: binary } = process.env

if (!binary) {
  it('the hooks of a real Kratos are left out, for want of KRATOS_BINARY', () => {
    expect(binary ?? '').toBe('')
  })
} else {
  describe('a web hook of a real Kratos', () => {
    const received: number[] = []
    let folder: string
    let kratos: KratosServer
    let ory: OrySession
    let appUrl: string

    /** What the handler answers to the hooks of logins. */
    const logins: number[] = []

    /** Sends a hook to the handler, and resolves to the status of its answer. */
    async function passOn(request: IncomingMessage): Promise<number> {
      const headers = {
        Authorization: String(request.headers.authorization),
        'Content-Type': String(request.headers['content-type']),
      }
      const body = (await request.toArray()).join('')
      return (await fetch(`${appUrl}/hooks/ory`, { method: 'POST', headers, body })).status
    }

    /** So many hooks are answered by 503 before they reach the handler. */
    let failures = 0

    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const fail = () => void response.writeHead(500).end()
      if (request.url === '/hooks/login') {
        void passOn(request).then((status) => {
          logins.push(status)
          // A hook that Kratos waits for, and that fails, fails the login.
          response.writeHead(204).end()
        }, fail)
        return
      }
      if (request.url !== '/hooks/ory') {
        ory.requireSession()(request, response, (error) => {
          const { session } = request as { session?: { identity: { traits: unknown } } }
          if (error !== undefined) fail()
          else response.end(JSON.stringify(session?.identity.traits))
        })
        return
      }
      response.once('finish', () => received.push(response.statusCode))
      if (failures > 0) {
        failures -= 1
        response.writeHead(503).end()
        return
      }
      ory.webhook({ secret })(request, response, fail)
    })

    beforeAll(async () => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      appUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      folder = await mkdtemp(join(tmpdir(), 'kratos-webhook-'))
      const hookOf = (body: string, auth: object, path = '/hooks/ory', ignore = true) => ({
        hook: 'web_hook',
        config: {
          url: `${appUrl}${path}`,
          method: 'POST',
          body: `base64://${Buffer.from(body).toString('base64')}`,
          response: { ignore },
          auth,
        },
      })
      // The form of Ory Actions, too.
      const byKey = {
        type: 'api_key',
        config: { name: 'Authorization', value: `Bearer ${secret}`, in: 'header' },
      }
      const byPassword = { type: 'basic_auth', config: { user: 'kratos', password: secret } }
      const hook = hookOf(jsonnet, byKey)
      const password = [{ hook: 'revoke_active_sessions' }, hook]
      const settings = {
        after: { hooks: [hookOf(jsonnet, byPassword)], password: { hooks: password } },
      }
      const recovery = { enabled: true, use: 'link', after: { hooks: [hook] } }
      const session = 'function(ctx) { session: ctx.session.id }'
      const login = { after: { hooks: [hookOf(session, byKey, '/hooks/login', false)] } }
      const file = join(folder, 'hooks.json')
      const methods = { link: { enabled: true } }
      await writeFile(
        file,
        JSON.stringify({ selfservice: { flows: { settings, recovery, login }, methods } }),
      )
      const dsn = await createSqlite(binary, folder)
      kratos = await startKratos(binary, dsn, folder, {
        moreConfiguration: [file],
        hasTables: true,
      })
      // Long enough that only a hook can end what is cached.
      ory = createOrySession({ url: kratos.publicUrl, cacheTtlMs: 600_000, refreshAhead: false })
    }, startsWithinMs)
    afterAll(async () => {
      await (ory as OrySession | undefined)?.close()
      await (kratos as KratosServer | undefined)?.stop()
      server.close().closeAllConnections()
      await rm(folder, { recursive: true, force: true })
    })

    async function signIn(email: string) {
      const flows = createFlows(kratos.publicUrl)
      const password = `a-long-password-of-${email}`
      const admin = createAdmin(kratos.adminUrl)
      const identity = await admin.createIdentity({ traits: { email } }, password)
      const logIn = async (): Promise<Caller & { token: string }> => ({
        token: String((await flows.logIn({}, email, password)).session_token),
      })
      const [one, other] = [await logIn(), await logIn()]
      received.length = 0
      return { flows, admin, identity, one, other }
    }

    const visit = ({ token }: { token: string }) =>
      fetch(appUrl, { headers: { 'X-Session-Token': token } })

    /** Kratos does not wait for a hook whose answer it ignores. */
    async function delivered(count: number): Promise<void> {
      for (let turn = 0; received.length < count; turn += 1) {
        if (turn > 500) throw new Error('no hook came')
        await delay(20)
      }
    }

    it('ends the cached sessions of a person who changed the password', async () => {
      const { flows, one, other } = await signIn('ada@example.com')
      expect((await visit(other)).status).toBe(200)

      await flows.changePassword(one, 'another-long-password-of-ada')
      await delivered(1)

      expect(received).toEqual([204])
      expect((await visit(other)).status).toBe(401)
      expect((await visit(one)).status).toBe(200)
    })

    it('shows traits that were changed at once', async () => {
      const { flows, one } = await signIn('bob@example.com')
      expect(await (await visit(one)).json()).toEqual({ email: 'bob@example.com' })

      await flows.changeTraits(one, { email: 'robert@example.com' })
      await delivered(1)

      expect(received).toEqual([204])
      expect(await (await visit(one)).json()).toMatchObject({ email: 'robert@example.com' })
    })

    it('ends the cached sessions of a person who recovered the account, and is tried three times', async () => {
      const { admin, identity, one } = await signIn('eve@example.com')
      expect((await visit(one)).status).toBe(200)
      // Recovery alone ends no session, so something has to show that the copy is asked for anew.
      await admin.changeTraits(identity, { email: 'eva@example.com' })
      expect(await (await visit(one)).json()).toEqual({ email: 'eve@example.com' })

      failures = 2
      const { status } = await fetch(await admin.recoveryLink(identity), { redirect: 'manual' })
      await delivered(3)

      expect(status).toBe(303)
      expect(received).toEqual([503, 503, 204])
      expect(await (await visit(one)).json()).toEqual({ email: 'eva@example.com' })
    })

    it('is refused at a login, when the session has an id of zeros yet', async () => {
      await signIn('zoe@example.com')

      expect(logins).toEqual(logins.map(() => 400))
      expect(logins.length).toBeGreaterThan(1)
    })

    it('is not needed for what an administrator does by the application', async () => {
      const { admin, identity, one, other } = await signIn('dan@example.com')
      expect([(await visit(one)).status, (await visit(other)).status]).toEqual([200, 200])

      await admin.changeTraits(identity, { email: 'daniel@example.com' })
      expect(await (await visit(one)).json()).toEqual({ email: 'dan@example.com' })
      expect(await ory.invalidate({ identity })).toBe(2)
      expect(await (await visit(one)).json()).toEqual({ email: 'daniel@example.com' })

      await admin.deactivate(identity)
      expect((await visit(one)).status).toBe(200)
      // The call that docs/webhooks.md shows.
      const call = await fetch(`${appUrl}/hooks/ory`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ identity }),
      })
      expect(call.status).toBe(204)
      expect([(await visit(one)).status, (await visit(other)).status]).toEqual([401, 401])
    })
  })
}
