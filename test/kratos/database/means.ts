import { execFileSync } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Owner } from './program.js'

/** What it takes to stop a database under a real Kratos. */
export interface Means {
  /** Path of a Kratos binary. */
  readonly kratos: string
  /** Folder of PostgreSQL's `initdb` and `postgres`. */
  readonly postgres: string
  /** PostgreSQL does not run as root, so root runs it as somebody else. */
  readonly owner: Owner | undefined
}

/** Where Debian and Ubuntu put each version. */
const debianFolder = '/usr/lib/postgresql'

/** Looks for the means. What is not there is named; what is named and not there is a mistake. */
export function findMeans(): Means | { readonly missing: readonly string[] } {
  const { KRATOS_BINARY: kratos, PG_BINARIES: named } = process.env
  const postgres = named ?? newestOf(debianFolder)
  const isRoot = process.getuid?.() === 0
  const owner = isRoot ? findUser('postgres') : undefined
  if (kratos) mustBeProgram('KRATOS_BINARY', kratos)
  if (named)
    for (const name of ['initdb', 'postgres']) mustBeProgram('PG_BINARIES', join(named, name))
  if (kratos && postgres && (owner ?? !isRoot)) return { kratos, postgres, owner }
  return {
    missing: [
      kratos ? [] : 'KRATOS_BINARY, the path of a Kratos binary',
      postgres ? [] : `PG_BINARIES, the folder of PostgreSQL's initdb and postgres`,
      (owner ?? !isRoot) ? [] : 'a user postgres, for root can not run PostgreSQL',
    ].flat(),
  }
}

function newestOf(folder: string): string | undefined {
  const versions = (() => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  })()
  return versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(folder, version, 'bin'))
    .find((bin) => ['initdb', 'postgres'].every((name) => isProgram(join(bin, name))))
}

function findUser(name: string): Owner | undefined {
  try {
    const ask = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }))
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    return undefined
  }
}

function mustBeProgram(variable: string, path: string): void {
  if (!isProgram(path)) throw new TypeError(`${variable} is set, and ${path} is no program`)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
