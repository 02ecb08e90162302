import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { compile } from './compile.js'
import { createConsumer } from './consumer.js'
import type { Consumer } from './consumer.js'
import { preludes } from './preludes.js'
import { snippets } from './snippet.js'
import type { Snippet } from './snippet.js'

jest.setTimeout(180_000)

const code = snippets.filter(({ language }) => ['ts', 'js', 'mjs', 'cjs'].includes(language))
const nameOf = ({ page, line }: Snippet): string =>
  `${page.replace(/^docs\//, '').replace(/\.md$/, '')}-line-${line}`
const fileOf = (snippet: Snippet): string =>
  snippet.file ?? `${nameOf(snippet)}.${snippet.language}`
// Declaration merging reaches the whole program, so the snippets of a page that do it are one.
const isMerging = ({ text }: Snippet): boolean => text.includes('interface Register')

describe('the snippets of the pages', () => {
  let consumer: Consumer

  beforeAll(() => {
    consumer = createConsumer()
    for (const snippet of code) {
      const prelude = snippet.given
        .map((name) => preludes[name] ?? `no prelude: ${name}`)
        .join('; ')
      // The lines of the page, so that a message says where.
      const padding = '\n'.repeat(snippet.line - 2)
      consumer.write(fileOf(snippet), `${prelude}${padding}\n${snippet.text}\nexport {}\n`)
    }
  })
  afterAll(() => consumer.remove())

  it('are there, and each is compiled or no code', () => {
    const others = new Set(snippets.map(({ language }) => language))
    for (const { language } of code) others.delete(language)
    const harmless = ['diff', 'html', 'json', 'jsonnet', 'mermaid', 'nginx', 'sh', 'text', 'yaml']
    expect([...others].filter((language) => !harmless.includes(language))).toEqual([])
    expect(code.length).toBeGreaterThan(30)
  })

  it('have a name each', () => {
    const files = code.map(fileOf)
    expect(files.filter((file, index) => files.indexOf(file) !== index)).toEqual([])
  })

  it('are given what they use, and nothing else', () => {
    const unused = code.flatMap(({ given, text, page, line }) =>
      given
        .filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
        .map((name) => `${page}:${line} ${name}`),
    )
    expect(unused).toEqual([])
  })

  it('compile under the strict settings of this package', async () => {
    const files = code.filter((snippet) => !isMerging(snippet)).map(fileOf)
    expect(await compile(consumer, 'tsconfig.json', files)).toBe('')
  })

  const mergingPages = [...new Set(code.filter(isMerging).map(({ page }) => page))]

  it.each(mergingPages)('compile those of %s that merge with Register', async (page) => {
    const files = code.filter((snippet) => snippet.page === page && isMerging(snippet))
    const name = `tsconfig.${page.replace(/\W/g, '-')}.json`
    expect(await compile(consumer, name, files.map(fileOf), { skipLibCheck: false })).toBe('')
  })
})
