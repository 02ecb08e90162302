import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createConsumer } from './consumer.js'
import type { Consumer } from './consumer.js'
import { root, snippets } from './readme.js'
import type { Snippet } from './readme.js'

jest.setTimeout(120_000)

/** What a reader has already when a snippet begins. */
const preludes: Readonly<Record<string, string>> = {
  app: `declare const app: import('express').Express`,
  ory: `declare const ory: import('express-ory-session').OrySession`,
  cors: `declare const cors: (options: { origin: string[]; credentials: boolean }) => import('express').RequestHandler`,
  isAdmin: `declare const isAdmin: (session: import('express-ory-session').Session) => boolean`,
  webSockets: `interface WebSockets { handleUpgrade(request: import('node:http').IncomingMessage, socket: import('node:stream').Duplex, head: Buffer, take: (webSocket: { send(text: string): void }) => void): void }; declare const webSockets: WebSockets`,
  disableAtOry: `declare const disableAtOry: (identityId: string) => Promise<void>`,
}

const code = snippets.filter(({ language }) => ['ts', 'js', 'mjs', 'cjs'].includes(language))
const fileOf = (snippet: Snippet): string =>
  snippet.file ?? `line-${snippet.line}.${snippet.language}`
// Declaration merging reaches the whole program, so each snippet that does it is one.
const isMerging = ({ text }: Snippet): boolean => text.includes('interface Register')

const tsc = createRequire(__filename).resolve('typescript/bin/tsc')

describe('the snippets of README', () => {
  let consumer: Consumer

  beforeAll(() => {
    consumer = createConsumer()
    for (const snippet of code) {
      const prelude = snippet.given
        .map((name) => preludes[name] ?? `no prelude: ${name}`)
        .join('; ')
      // The lines of README, so that a message says where.
      const padding = '\n'.repeat(snippet.line - 2)
      consumer.write(fileOf(snippet), `${prelude}${padding}\n${snippet.text}\nexport {}\n`)
    }
  })
  afterAll(() => consumer.remove())

  function compile(name: string, files: readonly string[]): Promise<string> {
    const compilerOptions = { rootDir: '.', allowJs: true, checkJs: true }
    const tsconfig = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions,
      files,
      include: [],
      exclude: [],
    }
    consumer.write(name, JSON.stringify(tsconfig))
    return new Promise((resolve, reject) => {
      const args = [tsc, '-p', join(consumer.folder, name), '--pretty', 'false']
      execFile(process.execPath, args, { timeout: 100_000 }, (error, stdout) => {
        // tsc exits 1 or 2 for what it found, and says it on standard output.
        if (error && stdout === '') reject(new Error(error.message))
        else resolve(stdout)
      })
    })
  }

  it('are there, and each is compiled or no code', () => {
    const others = new Set(snippets.map(({ language }) => language))
    for (const { language } of code) others.delete(language)
    expect([...others].sort()).toEqual(['json', 'sh', 'yaml'])
    expect(code.length).toBeGreaterThan(10)
  })

  it('are given what they use, and nothing else', () => {
    const unused = code.flatMap(({ given, text, line }) =>
      given.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)).map((name) => [line, name]),
    )
    expect(unused).toEqual([])
  })

  it('compile under the strict settings of this package', async () => {
    const files = code.filter((snippet) => !isMerging(snippet)).map(fileOf)
    expect(await compile('tsconfig.json', files)).toBe('')
  })

  it.each(code.filter(isMerging).map((snippet) => [snippet.line, fileOf(snippet)] as const))(
    'compile that of line %i, which merges with Register',
    async (line, file) => expect(await compile(`tsconfig.${line}.json`, [file])).toBe(''),
  )
})
