import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createBucketedQuota } from '../../../lib/cache/bucketed-quota.js'
import { createQuota } from '../../../lib/cache/quota.js'
import type { Holding, Quota } from '../../../lib/cache/quota.js'

/** What holds credentials, and how often it was asked for all of them. */
function open(max: number, places: number) {
  const all = new Map<string, Holding>()
  let looks = 0
  const crowd = createBucketedQuota(max, places, () => {
    looks += 1
    return [...all.values()]
  })
  function remove(key: string): void {
    const holding = all.get(key)
    if (holding === undefined) return
    all.delete(key)
    crowd.remove(holding)
  }
  function add(key: string, identityId: string, count = 1, others: readonly Quota[] = []) {
    for (const share of others) {
      const old = all.get(key)
      if (old !== undefined) share.remove(old)
    }
    remove(key)
    const holding = { key, identityId, isComposite: false, places: count }
    all.set(key, holding)
    return { holding, excess: crowd.add(holding) }
  }
  return { all, crowd, add, remove, looks: () => looks }
}

describe('createBucketedQuota', () => {
  it.each([1, 2, 64, 100_000])(
    'says of each person what counting them one by one does, with %d places in all',
    (places) => {
      const step = fc.record({
        key: fc.integer({ min: 0, max: 30 }).map(String),
        identityId: fc.constantFrom('a', 'b', 'person c', 'person d'),
        places: fc.constantFrom(1, 1, 1, 2, 7),
        isAdding: fc.constantFrom(true, true, false),
      })
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
          const { all, crowd, add, remove } = open(5, places)
          const model = createQuota(5)
          for (const { key, identityId, places: count, isAdding } of steps) {
            if (!isAdding) {
              const holding = all.get(key)
              if (holding !== undefined) model.remove(holding)
              remove(key)
              continue
            }
            const { holding, excess } = add(key, identityId, count, [model])
            expect(excess).toBe(model.add(holding))
            for (const other of all.values()) {
              expect(crowd.excessOf(other)).toBe(model.excessOf(other))
            }
          }
        }),
      )
    },
  )

  it('looks at all that is held once a bucket has too many, and not again for each that comes and goes', () => {
    const { add, remove, looks } = open(10, 1)
    for (let index = 0; index < 10; index += 1) add(`k${index}`, `person ${index}`)
    expect(looks()).toBe(0)
    for (let time = 0; time < 20; time += 1) {
      add('one more', 'somebody')
      remove('one more')
    }
    expect(looks()).toBe(1)
    for (let index = 0; index < 5; index += 1) remove(`k${index}`)
    for (let index = 0; index < 6; index += 1) add(`l${index}`, `person ${index}`)
    expect(looks()).toBe(2)
  })

  it.each([
    [8_192, 8_192, 40_450],
    [1_000_000, 8_192, 40_450],
    [100, 128, 630],
  ])('spreads the people of %d places over %d buckets', (places, buckets, expected) => {
    const most = 9
    const { add, looks } = open(most, places)
    let people = 0
    while (looks() === 0 && people <= buckets * most) {
      people += 1
      add(`k${people}`, `0189f7b1-${people.toString(16).padStart(4, '0')}`)
    }
    // These people and buckets are always the same. Of half as many buckets, one is full after 14,750 and 306.
    expect(people).toBe(expected)
  })
})
