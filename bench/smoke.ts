import { createMemoryStore } from 'express-ory-session/testing'
import { createForgetfulStore } from './fleet/forgetful-store.js'
import { countFleetCalls } from './fleet/calls.js'
import { measureRecord } from './fleet/record-bytes.js'
import { measureRevocations } from './fleet/revocations.js'
import { bundle, mostBundleBytes } from './cold/bundle.js'
import { few, many, measureInvalidate } from './sessions/sessions.js'
import { countHerd, countZipf } from './under-load/calls.js'
import { measureHeap, mostBesideJson } from './under-load/heap.js'
import { countPromises } from './under-load/promises.js'

/** Says what was found, and whether it is as it should be. */
type Check = () => Promise<{ readonly isGood: boolean; readonly found: string }>

/** A walk over all sessions would grow a hundredfold, a look-up grows by what memory is cold. */
const mostGrowth = 20

/** Most bytes of heap that a session in memory may take for the sake of the store. */
const mostForStore = 150

/** What must hold on any machine, however busy: nothing here is a time. */
const checks: readonly Check[] = [
  async () => {
    const { requests, total } = await countHerd()
    return {
      isGood: total === 1,
      found: `${String(total)} calls for ${String(requests)} requests at once of one visitor`,
    }
  },
  async () => {
    const { requests, visitors, total, distinct, most } = await countZipf()
    return {
      isGood: total === visitors && distinct === visitors && most === 1,
      found: `${String(total)} calls for ${String(requests)} requests of ${String(visitors)} visitors`,
    }
  },
  async () => {
    const { hits, onHits, onMiss } = await countPromises()
    return {
      isGood: onHits === 0 && onMiss > 0,
      found: `${String(onHits)} promises on ${String(hits)} hits, ${String(onMiss)} on a miss`,
    }
  },
  async () => {
    const { bytes, jsonBytes } = await measureHeap()
    const most = Math.floor(jsonBytes) + mostBesideJson
    return {
      isGood: bytes <= most,
      found: `${bytes.toFixed(0)} bytes of heap per session, ${String(most)} at most`,
    }
  },
  async () => {
    // So many that what the process keeps for itself does not count.
    const sessions = 12_000
    const without = await measureHeap({ sessions })
    const withStore = await measureHeap({ sessions, store: createForgetfulStore() })
    const more = withStore.bytes - without.bytes
    return {
      isGood: more <= mostForStore,
      found: `${more.toFixed(0)} bytes of heap more per session with a store, ${String(mostForStore)} at most`,
    }
  },
  async () => {
    const { without, withStore } = await countFleetCalls()
    const ratio = withStore / without
    return {
      isGood: ratio <= 0.52,
      found: `${String(withStore)} calls of four processes with a store, ${String(without)} without: ${ratio.toFixed(2)}`,
    }
  },
  async () => {
    const store = createMemoryStore()
    const { revocations, missed } = await measureRevocations([store, store, store, store], 100)
    return {
      isGood: missed === 0,
      found: `${String(missed)} of ${String(revocations)} revocations missed by another process`,
    }
  },
  async () => {
    const { stored, json } = await measureRecord()
    const most = Math.ceil(json * 1.4) + 300
    return {
      isGood: stored <= most,
      found: `${String(stored)} bytes in the store for a session of ${String(json)}, ${String(most)} at most`,
    }
  },
  async () => {
    const bundles = [await bundle('esm'), await bundle('cjs')]
    const isRunning = bundles.every(({ said }) => said === 'authentication_unavailable')
    const bytes = Math.max(...bundles.map((one) => one.bytes))
    return {
      isGood: isRunning && bytes <= mostBundleBytes,
      found: `${String(bytes)} bytes of a minified bundle, ${String(mostBundleBytes)} at most; both formats ${isRunning ? 'run' : 'do NOT run'}`,
    }
  },
  async () => {
    const atFew = await measureInvalidate(few)
    const atMany = await measureInvalidate(many)
    const growths = (['invalidateIdentityUs', 'invalidateSessionUs'] as const).map(
      (by) => atMany[by] / atFew[by],
    )
    return {
      isGood: growths.every((growth) => growth <= mostGrowth),
      found: `invalidate by identity and by session grows by ${growths.map((growth) => growth.toFixed(1)).join(' and ')} from ${String(few)} sessions to ${String(many)}, ${String(mostGrowth)} at most`,
    }
  },
]

for (const check of checks) {
  const { isGood, found } = await check()
  console.log(`${isGood ? 'ok  ' : 'FAIL'} ${found}`)
  if (!isGood) process.exitCode = 1
}
