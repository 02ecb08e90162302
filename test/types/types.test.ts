import { describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const tsc = createRequire(__filename).resolve('typescript/bin/tsc')

/** Compiles a project against the built package, the declarations of every dependency checked. */
const compile = (project: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const args = [tsc, '-p', join(__dirname, 'projects', project), '--pretty', 'false']
    execFile(process.execPath, args, { timeout: 240_000 }, (error, stdout, stderr) => {
      // tsc exits 1 or 2 for what it found, and says it on standard output.
      if (error && stdout === '') reject(new Error(`${error.message}\n${stderr}`))
      else resolve(stdout)
    })
  })

describe('the types', () => {
  // TypeScript runs beside this process, so that two of them share two cores.
  it.concurrent.each([
    ['unregistered', 'every framework, wrong uses, a schema for traits, and code for @ory/client'],
    ['registered', 'property, traits and public metadata, beside express-session'],
    ['registered-traits', 'traits alone'],
    ['both-formats', 'an ES module and a CommonJS module in one program'],
  ])('compile %s: %s', async (project) => expect(await compile(project)).toBe(''), 240_000)

  it.concurrent(
    'do not compile where express-session has req.session, and no other property is registered',
    async () => {
      const errors = (await compile('clash'))
        .split('\n')
        .filter((line) => line.includes(' error TS'))
      expect(errors).toEqual([
        expect.stringMatching(/TS2430: Interface 'Request' incorrectly extends .*SessionProperty/),
      ])
    },
    240_000,
  )
})
