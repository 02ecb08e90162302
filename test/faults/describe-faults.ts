import { beforeAll, describe, expect, it } from '@jest/globals'
import { cells, factsOf } from './cell.js'
import { expectOutcome } from './play/expect-outcome.js'
import type { Fault } from './fault.js'
import type { Area } from './names.js'
import type { Run } from './play/outcome.js'
import { runFault } from './play/run.js'
import { table } from './table/index.js'
import { stopTimers } from './play/time.js'

/** One for each question of a cell, and one for readiness. */
const mostConnections = cells
  .map(({ state }) => factsOf[state].users + 1)
  .reduce((sum, count) => sum + count, 0)
const circumstances = cells.map((cell, index) => ({ ...cell, cell, index }))

/** Only what fails takes longer than a moment, and what fails is waited for. */
const longestMs = 120_000

/** Tests each cell of each fault of a part. A rejection that nobody handles fails them by Jest's own. */
// eslint-disable-next-line jest/no-export -- each part has a file, so that they run side by side
export function describeFaults(area: Area): void {
  stopTimers()
  describe.each(Object.entries(table[area]))(`${area}: %s`, (_name, fault) => {
    let run: Run
    beforeAll(async () => {
      run = await runFault(fault)
    }, longestMs)

    it.each(circumstances)('$credential, $state, $kind', ({ cell, index }) => {
      expectOutcome(run.outcomes[index]!, cell, fault)
    })

    it('leaves no connection and no socket behind', () => {
      expectNothingLeft(run, fault)
    })
  })
}

function expectNothingLeft({ open, spoiled, openAtLast, held, wasDark }: Run, fault: Fault): void {
  expect(spoiled).toBe(0)
  // What is not spoiled may serve again.
  expect(open).toBeLessThanOrEqual(mostConnections)
  expect(openAtLast).toBe(0)
  expect(held.after).toBeLessThanOrEqual(held.before)
  expect(wasDark).toBe(fault.isBlackHole)
}
