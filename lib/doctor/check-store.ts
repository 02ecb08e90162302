import type { Check } from './check.js'

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
    const asked = 'a record and an entry of the log, written and read again'
    try {
      const isRead = await probe.writeAndRead()
      const isLogged = await probe.appendAndRead()
      if (isRead && isLogged) {
        return {
          outcome: 'ok',
          asked,
          came: 'both',
          means: 'Processes share sessions and revocations.',
        }
      }
      return {
        outcome: 'wrong',
        asked,
        came: isRead ? 'the record, and not the entry of the log' : 'not the record',
        means: isRead
          ? 'Without its log no process believes a record of another: the store is of no use.'
          : 'What is written cannot be read: a read replica, an eviction policy or an access list is in the way.',
        fix: 'Connect to the primary; allow GET, SET, DEL, XADD and XRANGE; use an eviction policy that leaves keys with a long TTL.',
      }
    } catch {
      // The error of a client can hold keys and values, so nothing of it is shown.
      return {
        outcome: 'unasked',
        asked,
        came: 'no answer in time, or an error',
        means: 'While the store is away each process asks Ory for itself, and no request fails.',
        fix: 'Look at the address, the password, TLS and the access list of the store.',
      }
    }
  },
}
