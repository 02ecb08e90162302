import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { breaks, whole } from './breaks.js'
import { play, processes, users } from './game.js'
import type { Move } from './game.js'
import type { Break } from './process.js'

const process = fc.nat({ max: processes - 1 })
const user = fc.nat({ max: users.length - 1 })
const ms = fc.constantFrom(1, 300, 2_500, 6_000, 9_999)

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('ask' as const), process, user }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('invalidate' as const), process, user }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('poll' as const), process }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('skew' as const),
      process,
      ms: fc.constantFrom(0, 300, -300, 5_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('crash', 'cut', 'heal'), process }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('wipe', 'wipe log', 'trim', 'persist') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('fail over', 'copy', 'restore') }),
  },
)

/** The moves that show a copy to be wrong, if there are any. */
async function refute(change: Break, numRuns: number): Promise<readonly Move[] | undefined> {
  const moves = fc.array(move, { minLength: 8, maxLength: 40, size: 'max' })
  const { counterexample } = await fc.check(
    fc.asyncProperty(moves, async (some) => {
      expect(await play(some, change)).toEqual([])
    }),
    { numRuns, seed: 2_026, endOnFailure: true },
  )
  return counterexample?.[0]
}

describe('processes that share a store', () => {
  it('serve nothing that they can know to be revoked, and nothing past its TTL', async () => {
    expect(await refute(whole, 500)).toBeUndefined()
  }, 60_000)

  it.each(Object.entries(breaks))(
    'are refuted by the model where one %s',
    async (_name, change) => {
      expect(await refute(change, 3_000)).toBeDefined()
    },
    60_000,
  )
})
