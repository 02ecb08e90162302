import { createHash } from 'node:crypto'
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './program.js'

/** How long a Kratos may take to make its tables, in milliseconds: it is hundreds of migrations. */
const migratesWithinMs = 300_000

/**
 * Puts an SQLite file with Kratos' tables into a folder, and returns where Kratos finds it. The tables
 * are made once for each binary, and copied from then on.
 */
export async function createSqlite(binary: string, folder: string): Promise<string> {
  const { mtimeMs, size } = await stat(binary)
  const version = createHash('sha256').update(`${binary} ${mtimeMs} ${size}`).digest('hex')
  const template = join(tmpdir(), `kratos-tables-${version.slice(0, 16)}.sqlite`)
  const isThere = await stat(template).then(
    () => true,
    () => false,
  )
  if (!isThere) await migrate(binary, template)
  const file = join(folder, 'kratos.sqlite')
  await copyFile(template, file)
  return dsnOf(file)
}

async function migrate(binary: string, template: string): Promise<void> {
  const own = `${template}-${process.pid}`
  await mkdir(own, { recursive: true })
  try {
    const file = join(own, 'kratos.sqlite')
    const options = { cwd: own, env: { DSN: dsnOf(file), HOME: own } }
    const args = ['migrate', 'sql', 'up', '--read-from-env', '--yes']
    await runProgram(binary, args, options, migratesWithinMs)
    // Two that make it at once do no harm: each moves a whole one there.
    await rename(file, template)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

const dsnOf = (file: string): string => `sqlite://${file}?_fk=true&_journal_mode=DELETE`
