import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKratos } from './database/kratos-server.js'
import { createSqlite } from './database/sqlite.js'
import { createFake } from './fake.js'
import { createKratos } from './kratos.js'
import type { Configuration, Ory, OryOnDatabase } from './ory.js'

/** The variables that name a real Kratos of each configuration: public URL, admin URL. */
const variables: Record<Configuration, readonly [publicUrl: string, adminUrl: string]> = {
  plain: ['KRATOS_PUBLIC_URL', 'KRATOS_ADMIN_URL'],
  highest: ['KRATOS_HIGHEST_PUBLIC_URL', 'KRATOS_HIGHEST_ADMIN_URL'],
  cacheable: ['KRATOS_CACHEABLE_PUBLIC_URL', 'KRATOS_CACHEABLE_ADMIN_URL'],
  brief: ['KRATOS_BRIEF_PUBLIC_URL', 'KRATOS_BRIEF_ADMIN_URL'],
}

/** What sets a Kratos up for each configuration, beside kratos.yml. */
const settings: Record<Configuration, Readonly<Record<string, string>>> = {
  plain: {},
  highest: { SESSION_WHOAMI_REQUIRED_AAL: 'highest_available' },
  cacheable: {
    SESSION_WHOAMI_REQUIRED_AAL: 'highest_available',
    FEATURE_FLAGS_CACHEABLE_SESSIONS: 'true',
  },
  brief: { SESSION_LIFESPAN: '3s' },
}

/** The real Kratos that the environment names for a configuration, or has a binary to start. */
export function findKratos(configuration: Configuration): (() => Promise<Ory>) | undefined {
  const [publicName, adminName] = variables[configuration]
  const { [publicName]: publicUrl, [adminName]: adminUrl, KRATOS_BINARY: binary } = process.env
  if (publicUrl && adminUrl) return () => Promise.resolve(createKratos(publicUrl, adminUrl))
  if (publicUrl || adminUrl) {
    throw new TypeError(`${publicName} and ${adminName} go together: set both, or neither`)
  }
  return binary ? () => startOwn(binary, settings[configuration]) : undefined
}

async function startOwn(binary: string, env: Readonly<Record<string, string>>): Promise<Ory> {
  const folder = await mkdtemp(join(tmpdir(), 'kratos-on-sqlite-'))
  const dsn = await createSqlite(binary, folder)
  const server = await startKratos(binary, dsn, folder, { settings: env, hasTables: true })
  return {
    ...createKratos(server.publicUrl, server.adminUrl),
    async close() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Opens, at the first call for a configuration, the real Kratos of it; `close` closes them all. */
export function createKratoses() {
  const opened = new Map<Configuration, Promise<Ory>>()
  return {
    open(configuration: Configuration): Promise<Ory> {
      const start = findKratos(configuration)
      if (!start) throw new Error(`There is no Kratos for ${configuration}`)
      const kratos = opened.get(configuration) ?? start()
      opened.set(configuration, kratos)
      return kratos
    },
    async close() {
      for (const kratos of opened.values()) await (await kratos).close()
    },
  }
}

/** Opens, at the first call for a configuration, the fake Ory of it; `close` closes them all. */
export function createFakes() {
  const opened = new Map<Configuration, Promise<OryOnDatabase>>()
  return {
    open(configuration: Configuration): Promise<OryOnDatabase> {
      const fake = opened.get(configuration) ?? createFake(configuration)
      opened.set(configuration, fake)
      return fake
    },
    async close() {
      for (const fake of opened.values()) await (await fake).close()
    },
  }
}

/** Says on one line for each configuration which of its cases no real Kratos was asked about. */
export function sayLeftOut(what: string, cases: readonly { on: Configuration; title: string }[]) {
  for (const [on, names] of Object.entries(variables)) {
    const titles = cases.filter((one) => one.on === on).map(({ title }) => title)
    if (titles.length === 0 || findKratos(on as Configuration)) continue
    const line = `Left out of ${what}, for want of ${names.join(' and ')}, or KRATOS_BINARY (${titles.length}): `
    process.stdout.write(`${line}${titles.join('; ')}\n`)
  }
}
