import { expect } from '@jest/globals'
import fc from 'fast-check'

/** How often a property is tried: few times by default, `PROPERTY_RUNS` times when asked to. */
export function runs(byDefault: number): number {
  const asked = Number(process.env['PROPERTY_RUNS'])
  return asked > 0 ? asked : byDefault
}

/** The cases that are tried by default are the same each time, so that a change alone can fail. */
const seedByDefault = 20_261_124

/**
 * Holds a property, which tells how to come to a counterexample where there is one. With
 * `PROPERTY_RUNS` other cases are tried each time.
 */
export async function expectHolds<T>(
  property: fc.IRawProperty<T>,
  byDefault: number,
): Promise<void> {
  const isByDefault = process.env['PROPERTY_RUNS'] === undefined
  const details = await fc.check(property, {
    numRuns: runs(byDefault),
    includeErrorInReport: true,
    ...(isByDefault && { seed: seedByDefault }),
  })
  if (details.failed) throw new Error(fc.defaultReportMessage(details as fc.RunDetails<T>))
  expect(details.numRuns).toBe(runs(byDefault))
}

/**
 * Shows that a property can tell a broken implementation. The seed is fixed: whether it is found
 * must not depend on the day. What is rare is found early by a `seed` of its own.
 */
export async function expectRefuted<T>(
  property: fc.IRawProperty<T>,
  numRuns = 2_000,
  seed = 20_260_102,
): Promise<void> {
  const details = await fc.check(property, { numRuns, seed, endOnFailure: true })
  expect(details).toMatchObject({ failed: true, interrupted: false })
}
