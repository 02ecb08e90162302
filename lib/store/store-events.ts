import { storeChannel } from '../shared/channels.js'
import type { OryStoreEvent } from '../shared/channels.js'
import type { StoreOperation } from '../shared/store-stats.js'

/** Publishes how an operation went. Without a subscriber it builds nothing. */
export type PublishStore = (
  operation: StoreOperation,
  outcome: OryStoreEvent['outcome'],
  startedAt: number,
) => void

/** The messages of one instance about its store. */
export function createStoreEvents(instance: number): PublishStore {
  return (operation, outcome, startedAt) => {
    if (!storeChannel.hasSubscribers) return
    const durationMs = performance.now() - startedAt
    const event: OryStoreEvent = { instance, operation, outcome, durationMs }
    storeChannel.publish(event)
  }
}
