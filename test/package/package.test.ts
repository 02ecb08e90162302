import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linksInside } from '../docs/page-links.js'

const root = join(__dirname, '../..')
const fixtures = join(__dirname, 'fixtures')
const consumer = mkdtempSync(join(tmpdir(), 'express-ory-session-'))

const node = (...args: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: consumer, timeout: 120_000 }, (error, out) => {
      // What a program says before it fails is on either stream, and `error` has but one.
      if (error) reject(new Error(`${error.message}\n${out}`))
      else resolve(out)
    })
  })

interface Manifest {
  readonly type: string
  readonly license: string
  readonly sideEffects: boolean
  readonly engines: object
  readonly dependencies: object
  readonly exports: object
  readonly scripts: object
  readonly peerDependencies?: object
  readonly peerDependenciesMeta?: object
}
let files: string[] = []
let manifest: Manifest

beforeAll(async () => {
  files = JSON.parse(await node(join(root, 'scripts/pack.mjs'), consumer, fixtures))
  const installed = join(consumer, 'node_modules/express-ory-session')
  manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
}, 180_000)
afterAll(() => rmSync(consumer, { recursive: true, force: true }))

describe('the packed package', () => {
  it('holds both builds of every file of lib/, the documents, the examples and nothing else', () => {
    const modules = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
      .map((path) => path.slice(0, -'.ts'.length))
    const build = (format: string): string[] => [
      `dist/${format}/package.json`,
      ...modules.flatMap((name) => ['.js', '.d.ts'].map((end) => `dist/${format}/${name}${end}`)),
    ]
    const documents = [
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bench/README.md',
      'package.json',
      'test/README.md',
      'test/kratos/README.md',
    ]
    const filesIn = (folder: string, ending: RegExp): string[] =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => ending.test(path))
        .map((path) => `${folder}/${path}`)
    const pages = filesIn('docs', /\.md$/)
    const examples = filesIn('examples', /\.\w+$/)
    const chunks = files.filter((path) => /^dist\/esm\/chunks\/[\w-]+\.js$/.test(path))
    expect(chunks.length).toBeGreaterThan(0)
    const all = [...documents, ...pages, ...examples, ...build('cjs'), ...build('esm'), ...chunks]
    expect(files).toEqual(all.sort())
  })

  it('has every file that a link of its pages leads to', () => {
    const folder = join(consumer, 'node_modules/express-ory-session')
    const pages = files.filter((path) => path.endsWith('.md'))
    const lost = pages.flatMap((page) => {
      const text = readFileSync(join(folder, page), 'utf8')
      return linksInside({ file: page, text })
        .filter(({ file }) => !files.some((path) => path === file || path.startsWith(`${file}/`)))
        .map(({ target }) => `${page}: ${target}`)
    })
    expect(pages.length).toBeGreaterThan(30)
    expect(lost).toEqual([])
  })

  it('depends on undici 7 and lru-cache 11 alone', () => {
    expect(manifest.dependencies).toEqual({
      'lru-cache': expect.stringMatching(/^\^11\./),
      undici: expect.stringMatching(/^\^7\./),
    })
    // Each for one subpath alone.
    const peers = ['@nestjs/common', '@nestjs/core', '@opentelemetry/api', 'fastify', 'hono']
    expect(Object.keys(manifest.peerDependencies ?? {})).toEqual(peers)
    expect(manifest.peerDependenciesMeta).toEqual(
      Object.fromEntries(peers.map((name) => [name, { optional: true }])),
    )
    const installed = readdirSync(join(consumer, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    )
    expect(installed.sort()).toEqual(['express-ory-session', 'lru-cache', 'undici'])
  })

  it('says where it runs, that it has no side effects, and runs nothing on installation', () => {
    expect(manifest).toMatchObject({
      type: 'module',
      license: 'Apache-2.0',
      sideEffects: false,
      engines: { node: '^20.19.0 || >=22.12.0' },
    })
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './testing',
      './opentelemetry',
      './redis',
      './fastify',
      './hono',
      './nest',
      './package.json',
    ])
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$|^prepare$/)]),
    )
  })

  it.each([
    ['esm.mjs', 'ESM on Node '],
    ['commonjs.cjs', 'CommonJS on Node '],
    ['both.mjs', 'both in one process: '],
  ])(
    'protects a server: %s',
    async (program, said) => {
      expect(await node(join('runtime', program))).toMatch(new RegExp(`^${said}`))
    },
    60_000,
  )

  it.each(['nodenext', 'bundler'])(
    'is typed for both subpaths under %s, its dependencies checked too',
    async (resolution) => {
      // Of all that an application has beside it, the types of Node are enough.
      mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true })
      const types = join(consumer, 'node_modules/@types/node')
      rmSync(types, { force: true })
      symlinkSync(join(root, 'node_modules/@types/node'), types)
      // Version 7 says what version 6 does, in a fifth of the time; test/types compiles with both.
      const tsc = join(root, 'node_modules/typescript7/bin/tsc')
      expect(await node(tsc, '-p', resolution, '--pretty', 'false')).toBe('')
    },
    120_000,
  )
})
