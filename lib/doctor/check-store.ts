import type { Check } from './check.js'
import { storeAdvice } from './store-advice.js'

/** Whether the store of a fleet answers, reads its own writes and keeps its log. */
export const store: Check = {
  name: 'store',
  async run({ store: probe }) {
    if (probe === undefined) {
      return {
        outcome: 'skipped',
        asked: 'nothing, for want of a store',
        came: 'nothing',
        means:
          'Without a store each process keeps its own cache, and `invalidate` reaches one process.',
      }
    }
    const asked = 'a record and two entries of a log, written and read again'
    return { asked, ...storeAdvice[await probe()] }
  },
}
