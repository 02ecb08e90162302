import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Redis of a test's own, on a free port of this machine, which keeps nothing on disk. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** It stops answering, with all of its connections open. */
  freeze(): void
  thaw(): void
  /** It is gone without a word. */
  kill(): Promise<void>
  /** It starts again on the same port, empty. */
  start(): Promise<void>
  /** Sends one command by a connection of its own. */
  command(...args: readonly string[]): Promise<string>
  close(): Promise<void>
}

/** Whether there is a redis-server to test against. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** The title of tests that need one. */
export function withRedis(title: string): string {
  return hasRedis ? title : withoutRedis(title)
}

/** The title of tests that are skipped because there is none. It says how to get one. */
export function withoutRedis(title: string): string {
  return `${title} (skipped: no redis-server; apt-get install redis-server)`
}

/** `first`: what must stand before all other arguments, such as a file. */
export async function startRedis(
  args: readonly string[] = [],
  first: readonly string[] = [],
): Promise<RedisServer> {
  const port = await freePort()
  // A replica writes what it copies from its primary to disk.
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const all = ['--dir', folder, ...args]
  let server = await spawnRedis(port, all, first)

  const redis: RedisServer = {
    port,
    url: `redis://127.0.0.1:${String(port)}`,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async kill() {
      if (server.exitCode !== null || server.signalCode !== null) return
      const gone = once(server, 'exit')
      server.kill('SIGKILL')
      await gone
    },
    async start() {
      server = await spawnRedis(port, all, first)
    },
    command: (...words) => command(port, words),
    async close() {
      await redis.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return redis
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function spawnRedis(
  port: number,
  args: readonly string[],
  first: readonly string[],
): Promise<ChildProcess> {
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', [...first, ...fixed, ...args], { stdio: 'ignore' })
  for (let turn = 0; turn < 500; turn += 1) {
    if (server.exitCode !== null) throw new Error('redis-server has not started')
    const reply = await command(port, ['PING']).catch(() => '')
    if (reply.startsWith('+PONG')) return server
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('redis-server does not answer')
}

/** The reply as it comes on the wire. */
async function command(port: number, words: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  try {
    const parts = words.map((word) => `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`)
    socket.write(`*${String(words.length)}\r\n${parts.join('')}`)
    const [reply] = (await once(socket, 'data')) as [Buffer]
    return reply.toString()
  } finally {
    socket.destroy()
  }
}
