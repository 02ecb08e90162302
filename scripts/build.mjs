// Compiles lib/ twice: dist/esm and dist/cjs, each with its own declarations. A package.json inside
// dist/cjs tells Node and TypeScript that the .js files beside it are CommonJS. Then it puts the modules
// behind each entry of dist/esm into one file: to import some 150 modules takes four times as long. What
// entries share goes into dist/esm/chunks, so that it is there once.
//
// Nothing is done where dist/ is what these very sources came to: a dozen commands begin with a build, and
// one that ran beside the tests would take dist/ away from under them.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
// Version 7 writes what version 6 does, but for quotes in declarations, in a fifth of the time.
const tsc = createRequire(import.meta.url)
  .resolve('typescript7/package.json')
  .replace(/package\.json$/, 'bin/tsc')
const sources = ['lib', 'scripts/build.mjs', 'package-lock.json', 'package.json']
const projects = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.cjs.json']
const cache = `${root}node_modules/.cache/express-ory-session`

/** A digest of files and of all files in folders, names included. */
function digest(...paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    const full = join(root, path)
    const files = existsSync(full) ? readdirSync(full, { withFileTypes: true }) : []
    for (const file of files.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const inner = `${path}/${file.name}`
      if (file.isDirectory()) add(inner)
      else
        hash
          .update(`${inner}\0`)
          .update(readFileSync(join(root, inner)))
          .update('\0')
    }
  }
  for (const path of paths) {
    if (/\.\w+$/.test(path)) hash.update(readFileSync(join(root, path)))
    else add(path)
  }
  return hash.digest('hex')
}

const state = () => `${digest(...sources, ...projects)} ${digest('dist')}`
if (existsSync(`${cache}/built`) && readFileSync(`${cache}/built`, 'utf8') === state())
  process.exit()

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

mkdirSync(cache, { recursive: true })
writeFileSync(`${cache}/built`, state())
