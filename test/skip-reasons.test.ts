import { expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { withoutRedis } from './support/redis-server.js'

// The reporter is an ES module, and Jest's tests are not.
const script = `
  import SkipReasons from ${JSON.stringify(join(__dirname, 'skip-reasons.js'))}
  new SkipReasons().onRunComplete(new Set(), { testResults: JSON.parse(process.argv[1]) })
`

it('The end of a run says why tests were skipped, once for each reason', () => {
  const result = (status: string, fullName: string) => ({ status, fullName })
  const skipped = result('pending', `${withoutRedis('a store')} answers`)
  const testResults = [
    { testResults: [skipped, result('passed', 'a title (skipped: of a test that ran)')] },
    { testResults: [skipped, result('pending', 'a test without a reason')] },
  ]
  const args = ['--input-type=module', '--eval', script, JSON.stringify(testResults)]
  const { stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(stderr).toBe('2 tests were skipped: no redis-server; apt-get install redis-server\n')
})
