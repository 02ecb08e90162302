// Fails if docs/api is not what `npm run docs:api` would write now.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const typedoc = join(root, 'node_modules/typedoc/bin/typedoc')
const folder = mkdtempSync(join(tmpdir(), 'express-ory-session-api-'))

const pagesOf = (path) => readdirSync(path).sort()
try {
  const args = [typedoc, '--out', folder, '--logLevel', 'Error']
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  const committed = join(root, 'docs/api')
  const names = new Set([...pagesOf(folder), ...pagesOf(committed)])
  const read = (path, name) =>
    pagesOf(path).includes(name) ? readFileSync(join(path, name), 'utf8') : undefined
  const stale = [...names].filter((name) => read(folder, name) !== read(committed, name))
  for (const name of stale) console.error(`docs/api/${name} is out of date: npm run docs:api`)
  process.exitCode = stale.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
