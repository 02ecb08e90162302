import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { createConsumer } from './consumer.js'
import type { Consumer } from './consumer.js'
import { root } from './pages.js'
import { snippets } from './snippet.js'

jest.setTimeout(120_000)

let consumer: Consumer

beforeAll(() => {
  consumer = createConsumer()
  for (const { file, text } of snippets) if (file !== undefined) consumer.write(file, text)
})
afterAll(() => consumer.remove())

/** Runs Node in the folder of the consumer; resolves to what it printed as soon as that will do. */
function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  willDo?: RegExp,
): Promise<{ output: string; code: number | null; stop(): void }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: consumer.folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    })
    let output = ''
    const finish = (code: number | null): void =>
      resolve({ output, code, stop: () => void child.kill('SIGKILL') })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (willDo?.test(output) === true) finish(null)
      })
    }
    child.once('close', finish)
  })
}

/** Lets a program listen on a free port of loopback whatever port it says, and prints which. */
const anyPort = `
  import { Server } from 'node:net'
  const { listen } = Server.prototype
  Server.prototype.listen = function () {
    return listen.call(this, 0, '127.0.0.1', () => console.log('port', this.address().port))
  }
`

describe('the first snippet of README, run as it stands', () => {
  let fake: FakeOry
  let url: string
  let stop: () => void

  beforeAll(async () => {
    fake = await createFakeOry()
    consumer.write('any-port.mjs', anyPort)
    consumer.write('first.ts', snippets.find(({ language }) => language === 'ts')!.text)
    const args = ['--import', './any-port.mjs', '--import', 'tsx', 'first.ts']
    const program = await run(args, { ORY_SDK_URL: fake.url }, /port \d+\n/)
    url = `http://127.0.0.1:${/port (\d+)/.exec(program.output)![1]!}`
    stop = program.stop
  })
  afterAll(async () => {
    stop()
    await fake.close()
  })

  it('answers 401 without a session, and 200 with the traits of one', async () => {
    const { cookie, token } = fake.signIn({ traits: { email: 'ada@example.com' } })
    expect((await fetch(`${url}/me`)).status).toBe(401)
    for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }]) {
      const response = await fetch(`${url}/me`, { headers })
      expect(await response.json()).toEqual({ email: 'ada@example.com' })
    }
  })

  it.each([
    ['one factor', 403, {}],
    ['two factors, long ago', 403, { aal: 'aal2', authenticatedAgoMs: 16 * 60_000 }],
    ['two factors, just now', 200, { aal: 'aal2' }],
  ] as const)('answers a transfer by %s with %i', async (_who, status, options) => {
    const { token } = fake.signIn(options)
    const init = { method: 'POST', headers: { authorization: `Bearer ${token}` } }
    expect((await fetch(`${url}/transfer`, init)).status).toBe(status)
  })
})

describe('the tests that docs/testing.md shows', () => {
  it('pass under Jest', async () => {
    const swc = { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }
    const config = {
      testEnvironment: 'node',
      testMatch: ['**/app.test.ts'],
      transform: { '\\.ts$': ['@swc/jest', swc] },
      moduleNameMapper: { '^(\\./.*)\\.js$': '$1' },
    }
    const bin = join(root, 'node_modules/jest/bin/jest.js')
    const { output } = await run([bin, '--config', JSON.stringify(config), '--rootDir', '.'])
    expect(output).toContain('2 passed, 2 total')
  })

  it("pass under Node's runner", async () => {
    const { output, code } = await run(['--import', 'tsx', '--test', 'node.test.ts'])
    expect([code, output]).toEqual([0, expect.stringMatching(/^(#|ℹ) pass 1$/m)])
  })
})
