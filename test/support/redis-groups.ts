import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startRedis } from './redis-server.js'
import type { RedisServer } from './redis-server.js'

/** Servers that belong together, all on this machine. */
export interface RedisGroup {
  /** The port that a client is given. */
  readonly port: number
  readonly servers: readonly RedisServer[]
  close(): Promise<void>
}

const slots = 16_384
const masters = 3

/** Starts a cluster of three masters without replicas. */
export async function startCluster(): Promise<RedisGroup> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-cluster-'))
  const buses: number[] = []
  const servers: RedisServer[] = []
  for (let index = 0; index < masters; index += 1) {
    const bus = await freePort()
    buses.push(bus)
    servers.push(
      await startRedis([
        ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '500', '--dir', folder],
        ...['--cluster-config-file', `nodes-${String(index)}.conf`, '--cluster-port', String(bus)],
      ]),
    )
  }
  const [first] = servers as [RedisServer]
  for (const [index, server] of servers.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * slots) / masters))
    await server.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to! - 1))
    await server.command('CONFIG', 'SET', 'cluster-announce-ip', '127.0.0.1')
    const { port } = server
    if (server === first) continue
    await first.command('CLUSTER', 'MEET', '127.0.0.1', String(port), String(buses[index]))
  }
  await until(async () => {
    const infos = await Promise.all(servers.map(async (one) => one.command('CLUSTER', 'INFO')))
    return infos.every((info) => /cluster_state:ok[^]*cluster_known_nodes:3/.test(info))
  })
  return group(first.port, servers, folder)
}

/** The name by which Sentinel knows its primary. */
export const primaryName = 'sessions'

/** Starts a primary, a replica, and one Sentinel that takes the replica if the primary is gone. */
export async function startSentinel(): Promise<RedisGroup> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-sentinel-'))
  const primary = await startRedis()
  const replica = await startRedis(['--replicaof', '127.0.0.1', String(primary.port)])
  const file = join(folder, 'sentinel.conf')
  writeFileSync(
    file,
    `sentinel monitor ${primaryName} 127.0.0.1 ${String(primary.port)} 1
sentinel down-after-milliseconds ${primaryName} 400
sentinel failover-timeout ${primaryName} 2000
`,
  )
  const sentinel = await startRedis(['--dir', folder], [file, '--sentinel'])
  await until(async () => {
    const [info, replicas] = await Promise.all([
      replica.command('INFO', 'replication'),
      sentinel.command('SENTINEL', 'REPLICAS', primaryName),
    ])
    return info.includes('master_link_status:up') && replicas.includes(String(replica.port))
  })
  return group(sentinel.port, [primary, replica, sentinel], folder)
}

function group(port: number, servers: readonly RedisServer[], folder: string): RedisGroup {
  return {
    port,
    servers,
    async close() {
      await Promise.all(servers.map(async (server) => server.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('The servers do not find each other')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
