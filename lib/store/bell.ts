/** Calls back when the log may have grown, as far as the store can tell. */
export interface Bell {
  start(): void
  stop(): void
}

/** How `SessionStore.listen` may go: how to stop it, now or later, or a throw or a rejection. */
export type Listen = () => unknown

/** How long after a subscription that failed the next is tried, in milliseconds. */
const retryMs = 1_000

/**
 * Subscribes, and tries again for as long as it runs if that fails: without this, a process that starts
 * while the store is away would never hear a bell.
 */
export function createBell(listen: Listen): Bell {
  /** The subscription that counts; `undefined` while none is wanted. */
  let current: object | undefined
  let stopListening: unknown
  let timer: NodeJS.Timeout | undefined

  async function subscribe(subscription: object): Promise<void> {
    try {
      const stop = await listen()
      if (current === subscription) stopListening = stop
      // It was stopped while the store subscribed.
      else await silence(stop)
    } catch {
      // Without its bell a store is slower, and no less right.
      if (current === subscription) {
        timer = setTimeout(() => void subscribe(subscription), retryMs).unref()
      }
    }
  }

  return {
    start() {
      current = {}
      void subscribe(current)
    },
    stop() {
      current = undefined
      clearTimeout(timer)
      void silence(stopListening)
      stopListening = undefined
    },
  }
}

async function silence(stop: unknown): Promise<void> {
  try {
    if (typeof stop === 'function') await (stop as () => unknown)()
  } catch {
    // The client may be closed by now, which is the application's to say.
  }
}
