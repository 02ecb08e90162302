import type { Clock } from '../shared/clock.js'
import { readLogPage } from './log-page.js'
import { createLogPoller } from './log-poller.js'
import { createOutbox } from './outbox.js'
import { createPositions } from './positions.js'
import { decodeRevocation } from './revocation.js'
import type { Revocation, Subject } from './revocation.js'
import type { Keyring } from './keyring.js'
import type { LogEntry, SessionStore } from '../shared/session-store.js'
import { ignoreRejection, isThenable } from '../shared/thenable.js'
import { failed } from './store-operations.js'
import type { StoreOperations } from './store-operations.js'
import { createTombstones, logoutMs } from './tombstones.js'

export interface RevocationSettings {
  readonly store: SessionStore
  readonly operations: Pick<StoreOperations, 'log' | 'fault' | 'inTime'>
  readonly keyring: Pick<Keyring, 'logName' | 'sealEntry' | 'openEntry'>
  readonly clock: Clock
  readonly storePollMs: number
  /** How long an answer of Ory's may be believed. */
  readonly cacheTtlMs: number
  /** How long a call to Ory may take. */
  readonly timeoutMs: number
  /** Forgets in this process what another has revoked. */
  readonly onRevoked: (revocation: Revocation) => void
}

/** The log of revocations as this process has read it. Its position is the epoch: no clock is compared. */
export interface Revocations {
  /** How far the log was read, if that was less than two seconds ago. */
  position(): string | undefined
  /** Whether the log was read less than two seconds ago. It waits for the first reading, for no other. */
  readonly ready: () => boolean | Promise<boolean>
  /** A question is asked: the log is polled from now until one TTL after the last. */
  readonly touch: () => void
  /** Polls, whether or not anybody asks, until the returned function is called. */
  readonly hold: () => () => void
  /** Reads what is new in the log, and tells whether that went well. */
  readonly poll: () => Promise<boolean>
  /** Whether a record must not be believed whose writer had read up to `cursor`. */
  isRevoked(subject: Subject, cursor: string): boolean
  /** Whether a credential or a session was logged out in any process within the last minute. */
  isLoggedOut(records: readonly string[], session?: string): boolean
  /**
   * Revokes in all processes. From the call on no record that it is about is believed here.
   *
   * @throws Error (as a rejection) with the code `store_unavailable` if it could not be written; it is
   * retried for as long as it matters.
   */
  readonly append: (revocation: Revocation) => Promise<void>
  /** How old the last reading of the log that went well is, in milliseconds; see `StoreStats`. */
  lagMs(): number
  readonly close: () => void
}

/** How long a reading of the log counts, in milliseconds. */
const freshMs = 2_000
/** How long an entry of the log outlives the last record that it could be about, in milliseconds. */
const marginMs = 60_000
/** So many pages are read at a time; the next reading goes on where they end. */
const mostPages = 100
/** The first entry of a log. Without one, a wiped log would look like a log that never was. */
const beginning = '{}'

export function createRevocations(settings: RevocationSettings): Revocations {
  const { store, operations, keyring, clock, cacheTtlMs, timeoutMs } = settings
  const { logName } = keyring
  const keepMs = Math.ceil(cacheTtlMs + timeoutMs + marginMs)
  const tombstones = createTombstones({ keepMs, clock, isAfter })
  const positions = createPositions(keepMs, clock)
  let cursor: string | undefined
  let readAt = -Infinity
  /** When the last reading that went well began, or the first of all while none has. */
  let lagsFrom = Infinity
  let isClosed = false

  const poller = createLogPoller({
    read: readSafely,
    pollMs: settings.storePollMs,
    idleMs: cacheTtlMs,
    clock,
    listen: (onNews) => store.listen?.(logName, onNews),
  })
  const outbox = createOutbox({
    seal: keyring.sealEntry,
    write,
    readBack: poller.pollAnew,
    inTime: operations.inTime,
    mattersMs: cacheTtlMs + timeoutMs,
    clock,
  })

  /** Without the check, an `isAfter` that gives nothing or a promise would call each record the newer. */
  function isAfter(a: string, b: string): boolean {
    const answer: unknown = store.isAfter(a, b)
    if (typeof answer === 'boolean') return answer
    if (isThenable(answer)) ignoreRejection(answer)
    throw new TypeError('isAfter must return true or false')
  }

  function isFresh(): boolean {
    return clock.monotonic() - readAt < freshMs
  }

  async function write(sealed: string): Promise<boolean> {
    return (await operations.log('append', () => store.append(logName, sealed, keepMs))) !== failed
  }

  /** `isOld`: the entry may have been there long before this process was. */
  function apply([id, sealed]: LogEntry, isOld: boolean): void {
    const text = keyring.openEntry(sealed)
    const revocation = text === undefined ? undefined : decodeRevocation(text)
    if (revocation !== undefined) {
      // Without this, each new process would refuse for a minute every session with a logout in the log.
      const isPast = isOld && clock.now() - (revocation.at ?? 0) > logoutMs
      tombstones.add(isPast ? { ...revocation, isLogout: false } : revocation, id)
      if (!outbox.takeOwn(sealed)) settings.onRevoked(revocation)
    }
    // Last: if something throws above, the entry is read again, and no revocation is passed over.
    positions.add(id)
    cursor = id
  }

  /** What throws on the way is `isAfter` or a clock; then the log is not read. */
  async function readSafely(): Promise<boolean> {
    try {
      return await read()
    } catch {
      operations.fault('malformed')
      return false
    }
  }

  /** Reads the log to its end. */
  async function read(): Promise<boolean> {
    const startedAt = clock.monotonic()
    // Without this, a store that never answered would look like one that was read just now.
    if (lagsFrom === Infinity) lagsFrom = startedAt
    let isOld = false
    let hasBegun = false
    let pages = 0

    /** A log that does not show the entry by which it begins gets no second one in the same reading. */
    async function begin(): Promise<boolean> {
      if (hasBegun) return false
      hasBegun = true
      return write(keyring.sealEntry(beginning))
    }

    for (let hasMore = true; hasMore && !isClosed;) {
      // Without this, a log without an end would never let the process do anything else.
      if (pages === mostPages) return false
      pages += 1
      const page = await readLogPage({ store, operations, logName, isAfter }, cursor)
      if (page === undefined) return false
      const [first] = page.entries
      if (page.isGap === true) {
        if (cursor === undefined) return false
        // Trimmed, wiped or failed over: nobody knows what was between. So the log is read from its start.
        tombstones.bury(cursor)
        positions.clear()
        cursor = undefined
        outbox.clearOwn()
        // Without an entry of its own, a log that lost its end would count less than the one that is gone.
        await begin()
      } else {
        if (cursor === undefined) {
          isOld = true
          if (first === undefined) {
            if (!(await begin())) return false
            continue
          }
        }
        for (const entry of page.entries) apply(entry, isOld)
        hasMore = page.hasMore === true && first !== undefined
      }
    }
    readAt = startedAt
    lagsFrom = startedAt
    return !isClosed
  }

  return {
    position: () => (isFresh() ? cursor : undefined),
    ready() {
      if (isFresh()) return true
      return poller.isStarting() ? poller.poll() : false
    },
    touch: poller.touch,
    hold: poller.hold,
    poll: poller.poll,
    isRevoked(subject, position) {
      // The writer may have read further than we have; or it has read another log, which is gone.
      if (!positions.has(position)) return true
      return outbox.isUnderWay(subject) || tombstones.isRevoked(subject, position)
    },
    isLoggedOut: tombstones.isLoggedOut,
    append: outbox.append,
    lagMs: () => Math.max(0, clock.monotonic() - lagsFrom),
    close() {
      isClosed = true
      poller.close()
      outbox.close()
    },
  }
}
