import { describe, expect, it } from '@jest/globals'
import type { Decide, Decision } from '../../../lib/auth/decide.js'
import { createFrameworkGuard } from '../../../lib/http/framework-guard.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import { createCounters } from '../../../lib/resilience/stats.js'

const settings = resolveOptions({ url: 'http://127.0.0.1:1' })

/** A guard whose decisions are what is given. */
function guardOver(decision: unknown) {
  const decide: Decide = async () => Promise.resolve(decision as Decision)
  return createFrameworkGuard(settings, decide, createCounters(), () => undefined)
}

describe('createFrameworkGuard', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['true', true],
    ['a session alone', { session: { id: 'ada' } }],
    ['an object that inherits its members', Object.create({ setCookie: [], session: {} })],
  ])('lets nobody in by a decision that is %s', async (_name, decision) => {
    const guard = guardOver(decision)
    for (const isOptional of [false, true]) {
      const check = guard.check(undefined, isOptional)
      const request = { headers: {} }
      await expect(check({ request, subject: request })).rejects.toThrow(TypeError)
    }
  })

  it('lets a session in that was decided about', async () => {
    const session = { id: 'ada' }
    const check = guardOver({ session, error: undefined, setCookie: [] }).check(undefined, false)
    const request = { headers: {} }
    expect(await check({ request, subject: request })).toMatchObject({ session })
  })
})
