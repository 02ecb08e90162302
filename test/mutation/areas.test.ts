import { describe, expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface Area {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

const root = resolve(__dirname, '../..')
const survivors = JSON.parse(readFileSync(join(__dirname, 'survivors.json'), 'utf8')) as Readonly<
  Record<string, readonly { readonly line: string }[]>
>

// The areas are an ES module, and Jest's are not.
const script = `
  import { areas } from './test/mutation/areas.js'
  console.log(JSON.stringify(areas))
`
const areas = JSON.parse(
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  }),
) as Readonly<Record<string, Area>>

/** The files that a pattern such as `lib/session/*.ts` stands for. */
function filesOf(pattern: string): readonly string[] {
  const [folder = '', ending] = pattern.split('*')
  if (ending === undefined) return existsSync(join(root, pattern)) ? [pattern] : []
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => folder + name)
}

describe.each(Object.entries(areas))('the mutation area %s', (_name, { mutate, tests }) => {
  it.each([...mutate, ...tests])('has files for %s', (pattern) => {
    expect(filesOf(pattern)).not.toEqual([])
  })
})

describe.each(Object.entries(survivors))('the survivors in %s', (file, entries) => {
  it('stand on lines that the file has', () => {
    const lines = readFileSync(join(root, file), 'utf8')
      .split('\n')
      .map((line) => line.trim())
    expect(entries.filter(({ line }) => !lines.includes(line))).toEqual([])
  })
})
