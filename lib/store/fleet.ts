import type { Key } from '../credential/cache-key.js'
import type { Credential } from '../credential/credential.js'
import type { AskWhoami } from '../resilience/ory-call.js'
import type { Clock } from '../shared/clock.js'
import { createClockLead } from './clock-lead.js'
import { createKeyIndex } from './key-index.js'
import { createRecordReader } from './record-reader.js'
import type { ReadLive } from '../ory/read-live.js'
import { createRecordWriter } from './record-writer.js'
import type { Revocation } from './revocation.js'
import { createRevocations } from './revocations.js'
import { createKeyring } from './keyring.js'
import type { SessionStore } from '../shared/session-store.js'
import { createStoreOperations } from './store-operations.js'
import { createStoreCounters } from './store-counters.js'
import { createStoreEvents } from './store-events.js'
import type { StoreStats } from '../shared/store-stats.js'
import { withStore } from './with-store.js'

export interface FleetSettings {
  readonly store: SessionStore
  readonly storeSecrets: readonly [string, ...string[]]
  readonly storeTimeoutMs: number
  readonly storePollMs: number
  readonly url: URL
  readonly cacheTtlMs: number
  readonly cacheMaxSessions: number
  readonly refreshAhead: number | false
  readonly timeoutMs: number
  readonly connections: number
  readonly clock: Clock
  /** The number of the instance, for its messages. */
  readonly instance: number
}

/** What another process has revoked, as our memory knows it. */
export type Heard =
  { readonly key: Key } | { readonly session: string } | { readonly identity: string }

/** Whom to revoke. */
export type Target =
  { readonly credential: Credential } | { readonly session: string } | { readonly identity: string }

/** The processes that share a store, as one of them sees it. */
export interface Fleet {
  /** Puts the store before Ory. */
  decorate(ask: AskWhoami, readLive: ReadLive): AskWhoami
  /**
   * Revokes a session, an identity or a credential in every process. Here it must be forgotten already.
   *
   * @throws Error (as a rejection) with the code `store_unavailable`
   */
  invalidate(target: Target): Promise<void>
  /** Refuses a credential, and the session that it belongs to, in every process for a minute. Never rejects. */
  logout(credential: Credential, session: string | undefined): Promise<void>
  /** Hears revocations also while nobody asks, until the returned function is called. */
  hold(): () => void
  stats(): StoreStats
  /** Stops all timers. The store's client stays open. */
  close(): void
}

/** So many commands may wait in the client for each concurrent call to Ory. */
const pendingPerConnection = 20

/**
 * `onHeard`: forgets in memory what another process has revoked. `isHeld`: whether there is anything of a
 * key to forget.
 */
export function createFleet(
  settings: FleetSettings,
  onHeard: (what: Heard) => void,
  isHeld: (key: Key) => boolean,
): Fleet {
  const { store, storeTimeoutMs, clock, cacheTtlMs, instance } = settings
  const keyring = createKeyring(settings.storeSecrets, settings.url.href)
  const counters = createStoreCounters()
  const publish = createStoreEvents(instance)
  const maxPending = settings.connections * pendingPerConnection
  const operations = createStoreOperations({ storeTimeoutMs, maxPending, clock, counters, publish })
  const index = createKeyIndex(settings.cacheMaxSessions, isHeld)
  const revocations = createRevocations({ ...settings, operations, keyring, onRevoked: hear })
  const writer = createRecordWriter(store, operations, clock, cacheTtlMs)
  const lead = createClockLead(clock)

  function hear({ session, identity, records = [] }: Revocation): void {
    if (session !== undefined) onHeard({ session })
    if (identity !== undefined) onHeard({ identity })
    for (const record of records) {
      const key = index.find(record)
      if (key !== undefined) onHeard({ key })
    }
  }

  function recordsOf(credential: Credential): string[] {
    return keyring.recordKeys(credential).map(({ name }) => name)
  }

  async function whenReady(): Promise<void> {
    const ready = revocations.ready()
    if (typeof ready !== 'boolean' && !operations.isOpen()) await operations.inTime(ready)
  }

  function revoke(revocation: Revocation): void {
    // It is retried if that helps, and no request waits for it.
    revocations.append(revocation).catch(() => undefined)
  }

  return {
    decorate(ask, readLive) {
      const readRecord = createRecordReader({
        ...settings,
        operations,
        revocations,
        lead,
        readLive,
        publish,
      })
      return withStore(ask, {
        keyring,
        revocations,
        readRecord,
        writer,
        whenReady,
        index,
        counters,
        clock,
        revoke,
      })
    },
    invalidate(target) {
      if (!('credential' in target)) return revocations.append(target)
      const records = recordsOf(target.credential)
      writer.remove(records)
      return revocations.append({ records })
    },
    async logout(credential, session) {
      const records = recordsOf(credential)
      writer.remove(records)
      const appended = revocations
        .append({ session, records, isLogout: true })
        .catch(() => undefined)
      // A logout waits for `storeTimeoutMs` at most, and not at all for a store that is left alone. The write
      // goes on in the background.
      if (!operations.isOpen()) await operations.inTime(appended)
    },
    hold: revocations.hold,
    stats: () => ({ ...counters, faults: { ...counters.faults }, lagMs: revocations.lagMs() }),
    close() {
      revocations.close()
      operations.close()
    },
  }
}
