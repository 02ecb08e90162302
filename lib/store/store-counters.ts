import type { StoreFaultKind, StoreStats } from '../shared/store-stats.js'

/** The counting half of `StoreStats`. */
export interface StoreCounters {
  hits: number
  misses: number
  readonly faults: Record<StoreFaultKind, number>
}

export function createStoreCounters(): StoreCounters {
  const faults = {
    timeout: 0,
    error: 0,
    overflow: 0,
    malformed: 0,
    unsealed: 0,
    future: 0,
    endless: 0,
  }
  return { hits: 0, misses: 0, faults }
}

/** What an instance without a store counts. */
export function noStoreStats(): StoreStats {
  return { ...createStoreCounters(), lagMs: 0 }
}
