import { describe, expect, it } from '@jest/globals'
import { transformSync } from '@swc/core'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { testedElsewhere } from './tested-elsewhere.js'

const root = resolve(__dirname, '../..')
const list = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true }).map(String)

const files = list('lib').filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
const tests = list('test/unit')
  .filter((file) => file.endsWith('.test.ts') && file.includes('/'))
  .filter((file) => !file.startsWith('support/'))

/** The file of lib that a unit test is about: `a.test.ts` and `a.more.test.ts` are about `a.ts`. */
const subjectOf = (test: string): string => test.replace(/\.[^/]*$/, '.ts')
const subjects = new Set(tests.map(subjectOf))

/** Whether a file has types alone, so that nothing of it runs. */
function isTypesAlone(file: string): boolean {
  const { code } = transformSync(readFileSync(join(root, 'lib', file), 'utf8'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  })
  return code.replace(/\/\*[^]*?\*\/|\/\/.*/g, '').trim() === 'export { };'
}

const covers = (entry: string, file: string): boolean =>
  entry === file || (entry.endsWith('/') && file.startsWith(entry))
const untested = files.filter((file) => !subjects.has(file) && !isTypesAlone(file))

const kebab = (name: string): string => name.replace(/\B[A-Z]/g, '-$&').toLowerCase()

/** The factories that a file of lib exports, each as the name of the file that it should stand in. */
const factoriesOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(root, 'lib', file), 'utf8').matchAll(
      /^export (?:async )?(?:function|const) create([A-Z]\w+)/gm,
    ),
  ].map(([, name = '']) => kebab(name))

describe('a factory', () => {
  it('has the name of its file: createX stands in x.ts', () => {
    const factories = files.flatMap((file) => factoriesOf(file).map((name) => ({ file, name })))
    expect(factories.length).toBeGreaterThan(60)
    const astray = factories.filter(
      ({ file, name }) => basename(file, '.ts').replace(/^create-/, '') !== name,
    )
    expect(astray).toEqual([])
  })
})

describe('the mirror of lib', () => {
  it('has no unit test without its file in lib', () => {
    expect(tests.length).toBeGreaterThan(50)
    expect(tests.filter((test) => !files.includes(subjectOf(test)))).toEqual([])
  })

  it('has a unit test for each file of lib, or names the test that shows what the file does', () => {
    const entries = Object.keys(testedElsewhere)
    const lost = untested.filter((file) => !entries.some((entry) => covers(entry, file)))
    expect(lost).toEqual([])
  })

  it('names no file that has a unit test, is gone, or has types alone', () => {
    const idle = Object.keys(testedElsewhere).filter(
      (entry) => !untested.some((file) => covers(entry, file)),
    )
    expect(idle).toEqual([])
  })

  it('names tests that exist', () => {
    const missing = Object.values(testedElsewhere).filter((test) => !existsSync(join(root, test)))
    expect(missing).toEqual([])
  })
})
