// Compiles lib/ twice: dist/esm and dist/cjs, each with its own declarations. A package.json inside
// dist/cjs tells Node and TypeScript that the .js files beside it are CommonJS.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

rmSync(`${root}dist`, { recursive: true, force: true })
for (const project of ['tsconfig.build.json', 'tsconfig.cjs.json']) {
  execFileSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' })
}
mkdirSync(`${root}dist/cjs`, { recursive: true })
for (const [format, type] of [
  ['esm', 'module'],
  ['cjs', 'commonjs'],
]) {
  const manifest = { type, sideEffects: false }
  writeFileSync(`${root}dist/${format}/package.json`, `${JSON.stringify(manifest)}\n`)
}
