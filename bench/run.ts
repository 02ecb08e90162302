import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { channels } from './channels/channels.js'
import { cold } from './cold/cold.js'
import { fleet } from './fleet/fleet.js'
import { inProcess } from './in-process/in-process.js'
import { overHttp } from './over-http/over-http.js'
import type { Findings, Part } from './part.js'
import { manySessions } from './sessions/sessions.js'
import { formatTable } from './table.js'
import { underLoad } from './under-load/under-load.js'
import { versus } from './versus/versus.js'

const parts: Readonly<Record<string, Part>> = {
  channels,
  cold,
  crowd: manySessions,
  fleet,
  'in-process': inProcess,
  'over-http': overHttp,
  'under-load': underLoad,
  versus,
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
})
const tarball = positionals.find((one) => one.endsWith('.tgz'))
const named = positionals.filter((one) => one !== tarball)
// Only a tarball makes something to compare with.
const all = Object.keys(parts).filter((name) => name !== 'versus')
const names = named.length === 0 ? all : named
const findings: Record<string, Findings> = {}
for (const name of names) {
  const part = parts[name]
  if (part === undefined) {
    throw new TypeError(`There is no part ${name}; there are ${Object.keys(parts).join(', ')}`)
  }
  const found = await part({ isShort: flags.short, tarball })
  findings[name] = found
  console.log(`\n${formatTable(found)}`)
}

const folder = fileURLToPath(new URL('results/', import.meta.url))
mkdirSync(folder, { recursive: true })
const results = {
  at: new Date().toISOString(),
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  isShort: flags.short,
  findings,
}
writeFileSync(`${folder}latest.json`, `${JSON.stringify(results, undefined, 2)}\n`)
