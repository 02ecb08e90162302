#!/usr/bin/env node
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { help, readArguments } from './arguments.js'
import { examine, exitStatus } from './examine.js'
import { renderChecks } from './render.js'

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2))
  if (given.isHelp) process.stdout.write(help)
  else if (given.isVersion) process.stdout.write(`${version()}\n`)
  else {
    const checks = await examine(given, process.env)
    process.stdout.write(
      given.isJson
        ? `${JSON.stringify({ checks }, undefined, 2)}\n`
        : renderChecks(checks, terminal()),
    )
    return exitStatus(checks)
  }
  return 0
}

/** Colour and width only on a terminal; see https://no-color.org */
function terminal(): Parameters<typeof renderChecks>[1] {
  const { isTTY, columns } = process.stdout
  const isTerminal = (isTTY as boolean | undefined) === true
  return {
    columns: isTerminal ? Math.min(columns, 100) : undefined,
    isColoured: isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  }
}

function version(): string {
  // npm links a command; the file behind the link is in dist/esm/doctor/ of the package.
  const here = dirname(realpathSync(process.argv[1] ?? ''))
  const manifest = readFileSync(join(here, '../../../package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

main().then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    const message = error instanceof TypeError ? error.message : 'the doctor failed'
    process.stderr.write(`express-ory-session: ${message}\n`)
    process.exitCode = 2
  },
)
