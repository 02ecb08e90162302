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

const startsWithinMs = 120_000
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

    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const fail = () => void response.writeHead(500).end()
      if (request.url !== '/hooks/ory') {
        ory.requireSession()(request, response, (error) => {
          const { session } = request as { session?: { identity: { traits: unknown } } }
          if (error !== undefined) fail()
          else response.end(JSON.stringify(session?.identity.traits))
        })
        return
      }
      response.once('finish', () => received.push(response.statusCode))
      ory.webhook({ secret })(request, response, fail)
    })

    beforeAll(async () => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      appUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      folder = await mkdtemp(join(tmpdir(), 'kratos-webhook-'))
      const hook = {
        hook: 'web_hook',
        config: {
          url: `${appUrl}/hooks/ory`,
          method: 'POST',
          body: `base64://${Buffer.from(jsonnet).toString('base64')}`,
          response: { ignore: true },
          auth: {
            type: 'api_key',
            config: { name: 'Authorization', value: `Bearer ${secret}`, in: 'header' },
          },
        },
      }
      const password = [{ hook: 'revoke_active_sessions' }, hook]
      const after = { hooks: [hook], password: { hooks: password } }
      const file = join(folder, 'hooks.json')
      await writeFile(file, JSON.stringify({ selfservice: { flows: { settings: { after } } } }))
      const dsn = `sqlite://${join(folder, 'kratos.sqlite')}?_fk=true`
      kratos = await startKratos(binary, dsn, folder, { moreConfiguration: [file] })
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
      await createAdmin(kratos.adminUrl).createIdentity({ traits: { email } }, password)
      const logIn = async (): Promise<Caller & { token: string }> => ({
        token: String((await flows.logIn({}, email, password)).session_token),
      })
      return { flows, one: await logIn(), other: await logIn() }
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
      await delivered(2)

      expect(received).toEqual([204, 204])
      expect(await (await visit(one)).json()).toMatchObject({ email: 'robert@example.com' })
    })
  })
}
