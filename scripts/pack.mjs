// Packs the built package, installs the tarball into an empty folder as a user would, and puts the
// folder `fixtures` beside it. Prints what went into the tarball.
// usage: node scripts/pack.mjs <empty folder> <fixtures>
import { execFileSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [folder, fixtures] = process.argv.slice(2).map((path) => resolve(path))

const npm = (args, cwd) =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  })

// Scripts stay off: `prepack` would build again, while other tests read dist/.
const packed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)
const [{ filename, files }] = Object.values(JSON.parse(packed))

writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
npm(
  ['install', `./${filename}`, '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'],
  folder,
)
cpSync(fixtures, folder, { recursive: true })
console.log(JSON.stringify(files.map(({ path }) => path).sort()))
