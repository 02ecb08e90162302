import { describe, expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, readPage, readTables, root } from './pages.js'

interface Row {
  readonly values?: readonly string[]
  readonly types?: readonly string[]
}

// The table is an ES module, and Jest's are not.
function run(script: string): unknown {
  const args = ['--input-type=module', '--eval', script]
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }))
}

const table = run(`
  import { table } from './eslint.arrows.js'
  console.log(JSON.stringify(table))
`) as Readonly<Record<string, Row>>

describe('the table of folders', () => {
  it('is the one of docs/architecture.md', () => {
    const shown = readTables(readPage('docs/architecture.md'), 'Folder').map(
      ([folder, values, types]) => [codeOf(folder), values, types],
    )
    expect(shown).toEqual(
      Object.entries(table).map(([folder, { values = [], types = [] }]) => [
        folder === '.' ? 'lib' : folder,
        values.join(', '),
        types.join(', '),
      ]),
    )
  })

  it('has every folder of lib', () => {
    const folders = readdirSync(join(root, 'lib')).filter((name) =>
      statSync(join(root, 'lib', name)).isDirectory(),
    )
    expect(Object.keys(table).sort()).toEqual(['.', ...folders].sort())
  })
})

/** What ESLint says of an import in a file of lib. */
function lint(cases: readonly (readonly [string, string])[]): readonly number[] {
  return run(`
    import { Linter } from 'eslint'
    import tseslint from 'typescript-eslint'
    import arrows from './eslint.arrows.js'
    const base = {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { '@typescript-eslint': tseslint.plugin },
    }
    const linter = new Linter({ cwd: process.cwd() })
    const count = ([file, code]) => linter.verify(code, [base, ...arrows], file).length
    console.log(JSON.stringify(${JSON.stringify(cases)}.map(count)))
  `) as readonly number[]
}

const cases = [
  ['from below', 'lib/cache/entry.ts', `import { a } from '../session/a.js'`, 0],
  ['from its own folder', 'lib/cache/entry.ts', `import { a } from './a.js'`, 0],
  ['from node:', 'lib/cache/entry.ts', `import { a } from 'node:crypto'`, 0],
  ['from above', 'lib/cache/entry.ts', `import { a } from '../http/a.js'`, 1],
  ['a type from above', 'lib/options/options.ts', `import type { A } from '../http/a.js'`, 1],
  ['from the root', 'lib/cache/entry.ts', `import { a } from '../index.js'`, 1],
  ['a package of its row', 'lib/cache/entry.ts', `import { a } from 'lru-cache'`, 0],
  ["a package of another's row", 'lib/cache/entry.ts', `import { a } from 'undici'`, 1],
  ['a type of a package', 'lib/options/options.ts', `import type { A } from 'undici'`, 0],
  ['a value of it', 'lib/options/options.ts', `import { a } from 'undici'`, 1],
  ['the library in the fake', 'lib/testing/fake.ts', `import { a } from '../session/a.js'`, 1],
  ['its types', 'lib/testing/fake.ts', `import type { A } from '../session/a.js'`, 0],
  ['in a folder without a row', 'lib/utils/a.ts', `import { a } from './b.js'`, 1],
] as const

describe('ESLint', () => {
  const found = lint(cases.map(([, file, code]) => [file, `${code}\n`]))

  it.each(cases.map((row, index) => [...row, found[index]] as const))(
    'judges an import %s',
    (_case, _file, _code, findings, seen) => expect(seen).toBe(findings),
  )
})
