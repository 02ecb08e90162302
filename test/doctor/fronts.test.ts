import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readArguments } from '../../lib/doctor/arguments.js'
import { examine, exitStatus } from '../../lib/doctor/examine.js'
import { renderChecks } from '../../lib/doctor/render.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { startProxy } from '../support/proxy.js'
import { fronts } from './fronts.js'

let fake: FakeOry
beforeAll(async () => {
  fake = await createFakeOry()
})
afterAll(() => fake.close())

describe('the doctor says first what is wrong', () => {
  it.each(fronts)('with $title', async (front) => {
    const { first, outcome, says, status, urlOf = (url) => url } = front
    const proxy = await startProxy(fake.url, front)
    const words = ['--url', urlOf(proxy.url), '--browser-url', fake.url]

    const checks = await examine(
      readArguments(['doctor', ...words, '--app-url', 'http://127.0.0.1:3000']),
      {},
    )
    await proxy.close()

    const shown = renderChecks(checks, { columns: undefined, isColoured: false })
    const [head] = shown.split('\n\n')
    const found = checks.find(({ name }) => name === first)
    expect(exitStatus(checks)).toBe(status)
    const begins = first === undefined ? 'OK  address' : `(?:WRONG|WARNING|NO ANSWER)  ${first}`
    expect(head).toMatch(new RegExp(`^${begins}\n`))
    expect(found?.outcome ?? 'ok').toBe(outcome)
    expect(found === undefined ? '' : `${found.means} ${found.fix ?? ''}`).toMatch(says)
    expect(shown).not.toContain('secret')
  })
})
