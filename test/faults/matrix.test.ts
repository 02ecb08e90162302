import { readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { cells, credentials, factsOf, furtherKinds, kinds, states } from './cell.js'
import { faultNames } from './names.js'
import type { Area } from './names.js'
import { table } from './table/index.js'

const areas = Object.keys(faultNames) as Area[]

describe('the matrix of faults', () => {
  it.each(areas)('has a row for each name and a name for each row: %s', (area) => {
    expect(Object.keys(table[area]).sort()).toEqual([...faultNames[area]].sort())
  })

  it('has a file of tests for each layer, and no other file', () => {
    const files = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'))
    expect(files.sort()).toEqual([...areas, 'matrix'].map((name) => `${name}.test.ts`).sort())
  })

  it('meets each fault by each credential, in each state, on each kind of route', () => {
    const met = cells.map(({ credential, state, kind }) => `${credential}, ${state}, ${kind}`)
    const all = credentials.flatMap((credential) => [
      ...states.flatMap((state) => kinds.map((kind) => `${credential}, ${state}, ${kind}`)),
      ...furtherKinds.map((kind) => `${credential}, cold, ${kind}`),
    ])
    expect(met.sort()).toEqual(all.sort())
    expect(Object.keys(factsOf).sort()).toEqual([...states].sort())
  })

  it('has so many cells', () => {
    const rows = areas.flatMap((area) => Object.keys(table[area]))
    // Changes only with a fault that is added or removed.
    expect({ rows: rows.length, cells: rows.length * cells.length }).toEqual({
      rows: 112,
      cells: 2_688,
    })
  })

  it('says why a row lets a session pass', () => {
    const rows = areas.flatMap((area) => Object.values(table[area]))
    const passing = rows.filter(({ reason }) => reason === 'live')
    expect(passing.length).toBeGreaterThan(0)
    for (const { why } of passing) expect(why).toMatch(/\S/)
  })
})
