import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createFakeOry } from 'express-ory-session/testing'
import { isRedisThere, redisUrl } from './redis.js'
import { createRoundRobin } from './round-robin.js'

if (!(await isRedisThere())) {
  console.error(`There is no Redis at ${redisUrl}. Start one in another terminal by either of

  docker run --rm -p 127.0.0.1:6379:6379 redis:7
  sudo apt-get install redis-server && redis-server

or say where yours is: REDIS_URL=redis://127.0.0.1:6379 npm run start:fleet`)
  process.exit(1)
}

const fake = await createFakeOry()
const bob = fake.signIn({ traits: { email: 'bob@example.com' } })
const ada = fake.signIn({
  traits: { email: 'ada@example.com' },
  metadataPublic: { role: 'admin' },
})
const environment = {
  ...process.env,
  ORY_SDK_URL: fake.url,
  // In production it comes from where your other secrets come from, the same for all processes.
  ORY_STORE_SECRET: process.env['ORY_STORE_SECRET'] ?? randomBytes(32).toString('base64url'),
}
const processes = [1, 2].map(() =>
  fork(fileURLToPath(new URL('process.ts', import.meta.url)), { env: environment }),
)
const server = createRoundRobin(await Promise.all(processes.map(portOf)))
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(guide(`http://127.0.0.1:${String(port)}`))
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of processes) if (child.connected) child.disconnect()
    server.close(() => void fake.close())
    server.closeAllConnections()
  })
}

async function portOf(child: ChildProcess): Promise<number> {
  const [port] = (await once(child, 'message')) as [number]
  return port
}

function guide(api: string): string {
  const curl = (path: string, ...options: string[]): string =>
    ["curl -iw '\\n'", ...options, `${api}${path}`].join(' ')
  const token = ({ token }: typeof bob): string => `-H 'X-Session-Token: ${token}'`
  return `
Two processes of the API answer in turn at ${api}; they share ${redisUrl}. Ory is a fake one.
X-Process in each answer says which of them it was. Paste these lines into another terminal, in order:

# 200, process 1 asks Ory who Bob is
${curl('/me', token(bob))}
# 200, process 2 knows it from the store
${curl('/me', token(bob))}
# 200, Ada sees how often process 1 found an answer in the store ("store")
${curl('/admin/stats', token(ada))}
# 200, and process 2
${curl('/admin/stats', token(ada))}
# 204, Bob logs out by process 1
${curl('/logout', '-X POST', token(bob))}
# 401, process 2 has heard of it
${curl('/me', token(bob))}
# 401, and process 1 knows
${curl('/me', token(bob))}

Ctrl-C ends it.
`
}
