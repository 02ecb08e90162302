import { randomBytes } from 'node:crypto'
import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Means } from './means.js'
import { findPort } from './port.js'
import { runProgram, startProgram, type Program } from './program.js'

/** A PostgreSQL of its own, on loopback. */
export interface Postgres {
  /** Where Kratos finds it. */
  readonly dsn: string
  start(): Promise<void>
  /** At once, as a crash does: connections break, and nothing is written any more. */
  stop(): Promise<void>
}

/** Makes a cluster in a folder that belongs to the account that runs it, and starts it. */
export async function createPostgres(
  folder: string,
  { postgres, owner }: Means,
): Promise<Postgres> {
  const password = randomBytes(18).toString('hex')
  const passwordFile = join(folder, 'password')
  // Loopback is open to everybody on this machine.
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (owner) await chown(passwordFile, owner.uid, owner.gid)
  const options = { cwd: folder, owner }
  const data = join(folder, 'data')
  await runProgram(
    join(postgres, 'initdb'),
    [
      ...['--pgdata', data, '--username', 'kratos', '--encoding', 'UTF8', '--locale', 'C'],
      ...['--auth', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync'],
    ],
    options,
  )
  const port = await findPort()
  let server: Program | undefined

  const cluster: Postgres = {
    dsn: `postgres://kratos:${password}@127.0.0.1:${port}/postgres?sslmode=disable`,
    async start() {
      const address = ['-h', '127.0.0.1', '-p', String(port), '-k', '']
      server = startProgram(
        join(postgres, 'postgres'),
        // Nothing here is worth waiting for a disk.
        ['-D', data, ...address, '-c', 'fsync=off'],
        options,
      )
      await server.said(/database system is ready to accept connections/, 30_000)
    },
    async stop() {
      await server?.stop('SIGQUIT')
    },
  }
  await cluster.start()
  return cluster
}
