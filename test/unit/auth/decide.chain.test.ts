import { afterEach, describe, expect, it } from '@jest/globals'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionPolicy } from '../../../lib/auth/policy.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { requestOf } from '../cache/model/world.js'
import { createStage, settle, type Stage } from '../cache/stage.js'

let stage: Stage
afterEach(() => stage.end())

const open = (options: OrySessionOptions = {}) => (stage = createStage(options))
const fresh = { fresh: true } as const

/** What a guard made of a request: `'in'`, the code of the denial, or `undefined` while Ory is asked. */
function runGuard(request: IncomingMessage, policy: SessionPolicy) {
  let outcome: string | undefined
  const response = {
    setHeader: () => undefined,
    getHeader: () => undefined,
    end: (body: string) => (outcome = (JSON.parse(body) as { code: string }).code),
  }
  stage.ory.requireSession(policy)(request, response as unknown as ServerResponse, (error) => {
    outcome = error === undefined ? 'in' : 'an error'
  })
  return { outcome: () => outcome }
}

/** One request that comes to one guard after another, each of which Ory answers in the same way. */
async function chain(
  guards: readonly SessionPolicy[],
  script: Parameters<Stage['answer']>[0] = {},
  between: () => unknown = () => undefined,
): Promise<(string | undefined)[]> {
  const request = requestOf('token') as unknown as IncomingMessage
  const outcomes = []
  for (const policy of guards) {
    const { outcome } = runGuard(request, policy)
    await settle()
    if (outcome() === undefined) await stage.answer(script)
    outcomes.push(outcome())
    await between()
  }
  return outcomes
}

describe('guards in a chain', () => {
  it.each<[string, OrySessionOptions, readonly SessionPolicy[], readonly string[]]>([
    ['without a cache', { cacheTtlMs: 0 }, [{}, {}, {}], ['in', 'in', 'in']],
    ['a fresh one behind', {}, [{}, fresh], ['in', 'in']],
    ['a fresh one behind, without a cache', { cacheTtlMs: 0 }, [{}, fresh], ['in', 'in']],
    ['all of them fresh', {}, [fresh, fresh], ['in', 'in']],
    ['a fresh one first', { cacheTtlMs: 0 }, [fresh, {}], ['in', 'in']],
    ['a level behind', {}, [{}, { aal: 'aal2' }], ['in', 'session_aal2_required']],
  ])('share one answer: %s', async (_title, options, guards, outcomes) => {
    const { calls } = open(options)
    expect(await chain(guards)).toEqual(outcomes)
    expect(calls).toHaveLength(1)
  })

  it('share a refusal', async () => {
    const { calls } = open({ refusalTtlMs: 0 })
    expect(await chain([{}, {}], { kind: 'refused' })).toEqual([
      'session_invalid',
      'session_invalid',
    ])
    expect(calls).toHaveLength(1)
  })

  it('ask again with `fresh` where Ory’s edge may have answered the first', async () => {
    const { calls } = open()
    await chain([{}, fresh, fresh], { cacheFor: '3' })
    expect(calls.map(({ isForced }) => isForced)).toEqual([false, true])
  })

  it('ask again with `fresh` where the first was served from memory, and then no more', async () => {
    const { exchange, calls } = open()
    await exchange()
    expect(await chain([{}, fresh, fresh])).toEqual(['in', 'in', 'in'])
    expect(calls).toHaveLength(2)
  })

  it('ask again with `fresh` where the first joined a call that began before the request', async () => {
    const { ask, calls } = open()
    await ask()
    expect(await chain([{}, fresh, fresh])).toEqual(['in', 'in', 'in'])
    expect(calls.map(({ isForced }) => isForced)).toEqual([false, true])
  })

  it.each<[string, () => unknown]>([
    ['its session was invalidated', () => stage.ory.invalidate({ session: 's0' })],
    ['a second has passed', () => stage.clock.advance(1_000)],
  ])('ask again where %s meanwhile', async (_title, between) => {
    const { calls } = open({ cacheTtlMs: 0 })
    await chain([fresh, fresh, {}], {}, between)
    expect(calls).toHaveLength(3)
  })

  it('share nothing with another request', async () => {
    const { calls } = open({ cacheTtlMs: 0 })
    await chain([{}])
    await chain([fresh])
    expect(calls).toHaveLength(2)
  })

  it('do not share with a caller of authenticate, who may ask about one object for hours', async () => {
    const { answer, ory, calls } = open({ cacheTtlMs: 0 })
    const request = requestOf('token')
    for (let round = 0; round < 2; round += 1) {
      const asked = ory.authenticate(request, fresh)
      await settle()
      await answer(round === 0 ? {} : { kind: 'refused' })
      expect((await asked).error?.code).toBe(round === 0 ? undefined : 'session_invalid')
    }
    expect(calls).toHaveLength(2)
  })

  it('let no session in past its end that the first was still let in with', async () => {
    const { clock } = open({ cacheTtlMs: 0 })
    const outcomes = await chain([{}, {}], { expiresInMs: 500 }, () => clock.advance(500))
    expect(outcomes).toEqual(['in', 'session_invalid'])
  })
})
