import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Milliseconds that a new process takes to import these modules. */
function importMs(modules: readonly string[]): number {
  const program = `const start = performance.now()
${modules.map((name) => `await import('${name}')`).join('\n')}
console.log(performance.now() - start)`
  const args = ['--input-type=module', '--eval', program]
  return Number(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }))
}

/** What importing each of these adds to Express, in milliseconds, in turn: `rounds` values each. */
export function measureImports(names: readonly string[], rounds: number): Map<string, number[]> {
  const added = new Map(names.map((name) => [name, [] as number[]]))
  // Not counted: it reads the files from disk.
  for (const name of names) importMs(['express', name])
  for (let round = 0; round < rounds; round += 1) {
    const alone = importMs(['express'])
    for (const [name, values] of added) values.push(importMs(['express', name]) - alone)
  }
  return added
}
