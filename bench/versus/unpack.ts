import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A build of the package in a folder of its own, beside the packages that this repository has installed. */
export interface OtherBuild {
  /** What to import. */
  readonly url: string
  remove(): void
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Unpacks what `npm pack` wrote.
 *
 * @throws Error if it cannot be unpacked
 */
export function unpack(tarball: string): OtherBuild {
  return putInFolder('package/dist/esm/index.js', (folder) => {
    const { status, stderr } = spawnSync('tar', ['-xzf', resolve(tarball), '-C', folder])
    if (status !== 0) throw new Error(`${tarball} could not be unpacked: ${String(stderr)}`)
  })
}

/** Copies this build, for a control that shares no compiled code with it. */
export function copyThisBuild(): OtherBuild {
  return putInFolder('dist/esm/index.js', (folder) => {
    cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  })
}

function putInFolder(entry: string, fill: (folder: string) => void): OtherBuild {
  const folder = mkdtempSync(join(tmpdir(), 'express-ory-session-'))
  fill(folder)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return {
    url: pathToFileURL(join(folder, entry)).href,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
