import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKratos } from '../kratos.js'
import type { OryOnDatabase } from '../ory.js'
import { startKratos, untilReady, type KratosServer } from './kratos-server.js'
import type { Means } from './means.js'
import { createPostgres, type Postgres } from './postgres.js'

/** Starts a real Kratos on a PostgreSQL of its own. `close` leaves nothing of either. */
export async function createKratosOnPostgres(means: Means): Promise<OryOnDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'kratos-on-postgres-'))
  let postgres: Postgres | undefined
  let server: KratosServer | undefined

  async function close(): Promise<void> {
    try {
      await server?.stop()
      await postgres?.stop()
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  try {
    if (means.owner) await chown(folder, means.owner.uid, means.owner.gid)
    const database = (postgres = await createPostgres(folder, means))
    const { publicUrl, adminUrl } = (server = await startKratos(means.kratos, database.dsn, folder))
    return {
      ...createKratos(publicUrl, adminUrl),
      stopDatabase: () => database.stop(),
      async startDatabase() {
        await database.start()
        await untilReady(publicUrl)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
