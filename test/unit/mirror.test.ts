import { expect, it } from '@jest/globals'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '../..')

it('Every unit test has the path of a file of lib', () => {
  const tests = readdirSync(__dirname, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.test.ts') && file.includes('/'))
    .filter((file) => !file.startsWith('support/'))
  const lost = tests.filter(
    (file) => !existsSync(join(root, 'lib', file.replace(/\.[^/]*$/, '.ts'))),
  )
  expect(tests.length).toBeGreaterThan(50)
  expect(lost).toEqual([])
})
