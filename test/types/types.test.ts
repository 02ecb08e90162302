import { describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(__filename)

/** The compilers of two majors, each by the name under which it is installed. */
const compilers = [
  ['TypeScript 6', 'typescript'],
  ['TypeScript 7', 'typescript7'],
] as const

/** Version 6 takes ten seconds for the declarations of the dependencies, and in these finds no others. */
const withoutDependencies = new Set(['typescript registered-traits', 'typescript both-formats'])

/** Compiles a project against the built package, the declarations of its dependencies checked. */
const compile = (compiler: string, project: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const tsc = require.resolve(`${compiler}/package.json`).replace(/package\.json$/, 'bin/tsc')
    const args = [tsc, '-p', join(__dirname, 'projects', project), '--pretty', 'false']
    if (withoutDependencies.has(`${compiler} ${project}`)) args.push('--skipLibCheck')
    execFile(process.execPath, args, { timeout: 240_000 }, (error, stdout, stderr) => {
      // tsc exits 1 or 2 for what it found, and says it on standard output.
      if (error && stdout === '') reject(new Error(`${error.message}\n${stderr}`))
      else resolve(stdout)
    })
  })

it.each(compilers)('%s is installed as %s', (title, compiler) => {
  const { version } = require(`${compiler}/package.json`) as { version: string }
  expect(`TypeScript ${version.split('.')[0]}`).toBe(title)
})

describe.each(compilers)('with %s the types', (_title, compiler) => {
  // TypeScript runs beside this process, so that two of them share two cores.
  it.concurrent.each([
    ['unregistered', 'every framework, wrong uses, a schema for traits, and code for @ory/client'],
    ['registered', 'property, traits and public metadata, beside express-session'],
    ['registered-traits', 'traits alone'],
    ['both-formats', 'an ES module and a CommonJS module in one program'],
  ])(
    'compile %s: %s',
    async (project) => expect(await compile(compiler, project)).toBe(''),
    240_000,
  )

  it.concurrent(
    'do not compile where express-session has req.session, and no other property is registered',
    async () => {
      const errors = (await compile(compiler, 'clash'))
        .split('\n')
        .filter((line) => line.includes(' error TS'))
      // TypeScript 7 reports it at each declaration of the interface.
      expect(errors).not.toEqual([])
      for (const error of errors) {
        expect(error).toMatch(/TS2430: Interface 'Request' incorrectly extends .*SessionProperty/)
      }
    },
    240_000,
  )
})
