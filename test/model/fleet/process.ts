import type { Answer } from '../../../lib/ory/whoami-answer.js'
import { unknownCaller } from '../../../lib/resilience/caller.js'
import type { AskWhoami, WhoamiCall } from '../../../lib/resilience/ory-call.js'
import type { SessionStore } from '../../../lib/index.js'
import type { Clock } from '../../../lib/shared/clock.js'
import { createClockLead } from '../../../lib/store/clock-lead.js'
import { createKeyIndex } from '../../../lib/store/key-index.js'
import { createRecordReader } from '../../../lib/store/record-reader.js'
import type { RecordReaderSettings } from '../../../lib/store/record-reader.js'
import { createRecordWriter } from '../../../lib/store/record-writer.js'
import { createRevocations } from '../../../lib/store/revocations.js'
import type { Revocation } from '../../../lib/store/revocation.js'
import { createKeyring } from '../../../lib/store/keyring.js'
import { createStoreCounters } from '../../../lib/store/store-counters.js'
import { createStoreEvents } from '../../../lib/store/store-events.js'
import { createStoreOperations } from '../../../lib/store/store-operations.js'
import { withStore } from '../../../lib/store/with-store.js'
import type { WithStoreParts } from '../../../lib/store/with-store.js'

export const ttlMs = 10_000
const timeoutMs = 2_000
const secret = 'a secret of the model, of 32 bytes and more'

/** What of a process a broken copy has otherwise. */
export interface Parts {
  readonly store: SessionStore
  readonly clock: Clock
  readonly reader: RecordReaderSettings['revocations']
  readonly decorator: WithStoreParts['revocations']
  readonly writer: WithStoreParts['writer']
  /** Whom others have revoked, as far as this process has read. */
  readonly heard: readonly Revocation[]
}

export type Break = (parts: Parts) => Partial<Parts>

/** One process without a memory of its own: every question goes to the store first. */
export interface ModelProcess {
  ask(user: string): Promise<Answer>
  invalidate(user: string): Promise<void>
  poll(): Promise<boolean>
  close(): void
}

export function createProcess(
  store: SessionStore,
  clock: Clock,
  ory: AskWhoami,
  readLive: RecordReaderSettings['readLive'],
  change: Break,
): ModelProcess {
  const counters = createStoreCounters()
  const keyring = createKeyring([secret], 'http://ory.example/')
  const publish = createStoreEvents(1)
  const operations = createStoreOperations({
    storeTimeoutMs: 60_000,
    maxPending: 1_000,
    clock,
    counters,
    publish,
  })
  const heard: Revocation[] = []
  // It polls once when it begins, then by hand.
  const storePollMs = 60_000
  const log = createRevocations({
    store,
    operations,
    keyring,
    clock,
    storePollMs,
    timeoutMs,
    cacheTtlMs: ttlMs,
    onRevoked: (revocation) => heard.push(revocation),
  })
  const writer = createRecordWriter(store, operations, clock, ttlMs)
  const usual: Parts = { store, clock, reader: log, decorator: log, writer, heard }
  const parts = { ...usual, ...change(usual) }
  const readRecord = createRecordReader({
    store: parts.store,
    operations,
    revocations: parts.reader,
    lead: createClockLead(parts.clock),
    clock: parts.clock,
    cacheTtlMs: ttlMs,
    refreshAhead: false,
    readLive,
    publish,
  })
  const whoami = withStore(ory, {
    keyring,
    revocations: parts.decorator,
    readRecord,
    writer: parts.writer,
    whenReady: () => Promise.resolve(),
    index: createKeyIndex(100, () => true),
    counters,
    clock,
    revoke: () => undefined,
  })

  return {
    ask: (user) => whoami(questionOf(user)),
    invalidate: (user) => log.append({ session: user }),
    poll: log.poll,
    close: log.close,
  }
}

function questionOf(user: string): WhoamiCall {
  return {
    credential: { source: 'bearer', value: `ory_st_${user}` },
    key: user,
    isForced: false,
    isRefresh: false,
    known: undefined,
    caller: unknownCaller,
  } as unknown as WhoamiCall
}
