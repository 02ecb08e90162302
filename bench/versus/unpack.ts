import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A build of the package that is not this one. */
export interface OtherBuild {
  /** What to import. */
  readonly url: string
  remove(): void
}

/**
 * Unpacks what `npm pack` wrote, beside the packages that this repository has installed.
 *
 * @throws Error if it cannot be unpacked
 */
export function unpack(tarball: string): OtherBuild {
  const folder = mkdtempSync(join(tmpdir(), 'express-ory-session-'))
  const { status, stderr } = spawnSync('tar', ['-xzf', resolve(tarball), '-C', folder])
  if (status !== 0) throw new Error(`${tarball} could not be unpacked: ${String(stderr)}`)
  symlinkSync(
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
    join(folder, 'node_modules'),
  )
  return {
    url: pathToFileURL(join(folder, 'package/dist/esm/index.js')).href,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
