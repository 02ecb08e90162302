import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrySession } from 'express-ory-session'
import { createFakeOry } from 'express-ory-session/testing'
import { createProxy } from './proxy.js'
import { createTarget } from './target.js'

const { ORY_SDK_URL, TARGET_URL, PORT = '3000' } = process.env
const fake = ORY_SDK_URL ? undefined : await createFakeOry()
const bob = fake?.signIn({ traits: { email: 'bob@example.com' } })

const target = TARGET_URL ? undefined : createTarget()
const targetUrl = target === undefined ? String(TARGET_URL) : await listen(target, 0)
const ory = createOrySession({ url: fake?.url ?? ORY_SDK_URL })
const proxy = createProxy(ory, targetUrl)
const url = await listen(proxy, Number(PORT))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    proxy.close(() => void Promise.all([ory.close(), fake?.close()]))
    target?.close()
    proxy.closeAllConnections()
    target?.closeAllConnections()
  })
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

const credential = `-H 'X-Session-Token: ${bob?.token ?? '<a session token>'}'`
console.log(`
The proxy is at ${url}, and passes /api on to ${targetUrl}. Ory is at ${fake?.url ?? String(ORY_SDK_URL)}.
WebSockets go by the same guard: ${url.replace('http', 'ws')}/api/live
Paste these lines into another terminal, in order:

# 401, no credential
curl -iw '\\n' ${url}/api/report
# 200, Bob: Cache-Control has become private, and Vary names the headers of credentials
curl -iw '\\n' ${credential} ${url}/api/report
# 200, the target hears who Bob is from the proxy alone
curl -iw '\\n' ${credential} -H 'X-User-Id: somebody' ${url}/api/report
# 204, Bob logs out
curl -iw '\\n' -X POST ${credential} ${url}/logout
# 401, and is out
curl -iw '\\n' ${credential} ${url}/api/report

Ctrl-C ends it.
`)
