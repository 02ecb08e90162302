// Compiles lib/ twice: dist/esm and dist/cjs, each with its own declarations. A package.json inside
// dist/cjs tells Node and TypeScript that the .js files beside it are CommonJS. Then it puts the modules
// behind each entry of dist/esm into one file: to import some 150 modules takes four times as long. What
// entries share goes into dist/esm/chunks, so that it is there once.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

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

const subpaths = ['testing', 'redis', 'opentelemetry', 'fastify', 'hono', 'nest']
const entries = ['index', ...subpaths.map((name) => `${name}/index`), 'doctor/cli']
await build({
  entryPoints: Object.fromEntries(entries.map((name) => [name, `${root}dist/esm/${name}.js`])),
  outdir: `${root}dist/esm`,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  packages: 'external',
  logLevel: 'warning',
})
