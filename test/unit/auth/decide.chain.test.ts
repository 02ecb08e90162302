import { afterEach, describe, expect, it } from '@jest/globals'
import type { SessionPolicy } from '../../../lib/auth/policy.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { requestOf } from '../cache/model/world.js'
import { createStage, settle, type Stage } from '../cache/stage.js'

let stage: Stage
afterEach(() => stage.end())

const open = (options: OrySessionOptions = {}) => (stage = createStage(options))
const fresh = { fresh: true } as const

/** One request that comes to one guard after another, each of which Ory answers in the same way. */
async function chain(
  guards: readonly SessionPolicy[],
  script: Parameters<Stage['answer']>[0] = {},
  between: () => unknown = () => undefined,
): Promise<(string | undefined)[]> {
  const request = requestOf('token')
  const outcomes = []
  for (const policy of guards) {
    let outcome: string | undefined
    void stage.ory
      .authenticate(request, policy)
      .then((one) => (outcome = one.error?.code ?? one.servedFrom))
    await settle()
    if (outcome === undefined) await stage.answer(script)
    outcomes.push(outcome)
    await between()
  }
  return outcomes
}

describe('guards in a chain', () => {
  it.each<[string, OrySessionOptions, readonly SessionPolicy[], readonly string[]]>([
    ['without a cache', { cacheTtlMs: 0 }, [{}, {}, {}], ['upstream', 'upstream', 'upstream']],
    ['a fresh one behind', {}, [{}, fresh], ['upstream', 'upstream']],
    [
      'a fresh one behind, without a cache',
      { cacheTtlMs: 0 },
      [{}, fresh],
      ['upstream', 'upstream'],
    ],
    ['all of them fresh', {}, [fresh, fresh], ['upstream', 'upstream']],
    ['a fresh one first', { cacheTtlMs: 0 }, [fresh, {}], ['upstream', 'upstream']],
    ['a level behind', {}, [{}, { aal: 'aal2' }], ['upstream', 'session_aal2_required']],
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
    expect(await chain([{}, fresh, fresh])).toEqual(['cache', 'upstream', 'upstream'])
    expect(calls).toHaveLength(2)
  })

  it('ask again with `fresh` where the first joined a call that began before the request', async () => {
    const { ask, calls } = open()
    await ask()
    expect(await chain([{}, fresh, fresh])).toEqual(['upstream', 'upstream', 'upstream'])
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

  it('pass a renewed cookie on once', async () => {
    const { answer, ory, calls } = open({ cacheTtlMs: 0 })
    const request = requestOf('cookie')
    const first = ory.authenticate(request)
    await settle()
    await answer({ renewsCookie: true })
    expect((await first).setCookie).toHaveLength(1)
    expect((await ory.authenticate(request, fresh)).setCookie).toEqual([])
    expect(calls).toHaveLength(1)
  })

  it('let no session in past its end that the first was still let in with', async () => {
    const { clock } = open({ cacheTtlMs: 0 })
    const outcomes = await chain([{}, {}], { expiresInMs: 500 }, () => clock.advance(500))
    expect(outcomes).toEqual(['upstream', 'session_invalid'])
  })
})
