import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './pages.js'

/** A folder in which the package is installed, beside all that its own tests have. */
export interface Consumer {
  readonly folder: string
  write(file: string, text: string): void
  remove(): void
}

export function createConsumer(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'express-ory-session-docs-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  symlinkSync(root, join(modules, 'express-ory-session'))

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  write('package.json', JSON.stringify({ name: 'consumer', type: 'module' }))
  return {
    folder,
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
