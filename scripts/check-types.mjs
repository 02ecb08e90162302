// Checks the types of all code, with TypeScript 7, which takes a fifth of the time of TypeScript 6.
// test/types compiles with both. Both packages have a `tsc`, and npm links one of them, so the compiler
// is named by its path.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = createRequire(import.meta.url)
  .resolve('typescript7/package.json')
  .replace(/package\.json$/, 'bin/tsc')

for (const project of [
  '.',
  'examples',
  'test/browser',
  'test/journeys',
  'test/frameworks/nest-graphql',
]) {
  const args = [tsc, '--noEmit', '-p', project]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
