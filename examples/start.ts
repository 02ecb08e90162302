// Starts one of the small servers on a fake Ory: npm run example -- nest
import { spawn } from 'node:child_process'
import { createFakeOry } from 'express-ory-session/testing'

const folder = process.argv[2] ?? 'plain-http'
if (!['plain-http', 'fastify', 'hono', 'nest'].includes(folder)) {
  console.error('usage: npm run example -- plain-http | fastify | hono | nest')
  process.exit(2)
}

const fake = await createFakeOry()
const bob = fake.signIn({ traits: { email: 'bob@example.com' } })
const ada = fake.signIn({ traits: { email: 'ada@example.com' }, aal: 'aal2' })

const server = spawn(process.execPath, ['--import', 'tsx', `examples/${folder}/server.ts`], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, ORY_SDK_URL: fake.url, TSX_TSCONFIG_PATH: 'examples/tsconfig.json' },
})
server.stdout.setEncoding('utf8').once('data', (line: string) => {
  const origin = new URL(line.trim()).origin
  const curl = (path: string, who?: typeof bob, ...options: string[]): string =>
    ["curl -iw '\\n'", ...options, ...(who ? [`-H 'X-Session-Token: ${who.token}'`] : [])].join(
      ' ',
    ) + ` ${origin}${path}`
  console.log(`
examples/${folder} is at ${origin}. Ory is a fake one, with two users signed in: Bob with a
password (aal1), and Ada with a second factor (aal2). Paste any of these lines into another terminal:

# 401, no session
${curl('/me')}
# 200, Bob
${curl('/me', bob)}
# 403, Bob has no second factor
${curl('/transfer', bob, '-X POST')}
# 200, Ada has
${curl('/transfer', ada, '-X POST')}

Ctrl-C ends it.`)
})
server.once('exit', (code) => {
  process.exitCode = code ?? 1
  void fake.close()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.kill('SIGTERM'))
}
