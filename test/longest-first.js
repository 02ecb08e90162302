import Sequencer from '@jest/test-sequencer'

/** The files that take longest, the longest first. */
const longest = [
  'test/model/everything.property.test.ts',
  'test/model/race.property.test.ts',
  'test/redis/groups.test.ts',
  'test/redis/states.test.ts',
  'test/types/types.test.ts',
  'test/unit/cache/session-cache.property.test.ts',
  'test/package/package.test.ts',
  'test/frameworks/nest.test.ts',
  'test/faults/status.test.ts',
  'test/docs/snippets.test.ts',
]

/**
 * Jest begins with what took longest in the run before. CI has no run before, and then Jest begins with the
 * largest files. Without this, the model tests would come last, and the other workers wait for them.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests)
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted
    const rank = ({ path }) => {
      const index = longest.findIndex((name) => path.replaceAll('\\', '/').endsWith(name))
      return index < 0 ? longest.length : index
    }
    return sorted.sort((one, other) => rank(one) - rank(other))
  }
}
