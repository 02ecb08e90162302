import type { ReadLive } from '../ory/read-live.js'
import type { Answer } from '../ory/whoami-answer.js'
import type { WhoamiCall } from '../resilience/ory-call.js'
import type { Clock } from '../shared/clock.js'
import type { ClockLead } from './clock-lead.js'
import { decodeRecord, judgeAge, maxRecordLength, replyOf } from './record.js'
import type { StoredRecord } from './record.js'
import type { Revocations } from './revocations.js'
import { unseal } from './seal.js'
import type { SealKey } from './seal.js'
import type { SessionStore, StoredValue } from '../shared/session-store.js'
import { failed } from './store-operations.js'
import type { StoreOperations } from './store-operations.js'
import type { PublishStore } from './store-events.js'

export interface RecordReaderSettings {
  readonly store: SessionStore
  readonly operations: StoreOperations
  readonly revocations: Pick<Revocations, 'ready' | 'isRevoked'>
  readonly lead: ClockLead
  readonly clock: Clock
  readonly cacheTtlMs: number
  /** Fraction of the TTL after which an answer is refreshed; `false`: never. */
  readonly refreshAhead: number | false
  readonly readLive: ReadLive
  readonly publish: PublishStore
}

export type LiveAnswer = Answer & { readonly kind: 'live' }

/** Looks for a record that may be believed. It never rejects. */
export type ReadRecord = (
  question: Pick<WhoamiCall, 'known' | 'isRefresh' | 'signal'>,
  keys: readonly [SealKey, ...SealKey[]],
) => Promise<LiveAnswer | undefined>

/** What an adapter says that the store has under a key. */
type Value = StoredValue | null | undefined

export function createRecordReader(settings: RecordReaderSettings): ReadRecord {
  const { store, operations, revocations, lead, clock, cacheTtlMs, refreshAhead, publish } =
    settings
  // A record that is due for a refresh itself saves no question. Every younger one is younger than what
  // it renews.
  const refreshableMs = cacheTtlMs * (refreshAhead === false ? 1 : refreshAhead)

  /** `async`: if the second call throws, the rejection of the first would be unhandled. */
  async function get({ name }: SealKey): Promise<Value> {
    return store.get(name)
  }

  /** The values of all keys, which are several only while a secret is rotated. */
  async function fetch(keys: readonly [SealKey, ...SealKey[]]): Promise<readonly Value[]> {
    const [{ name }, ...others] = keys
    const values = others.length === 0 ? [await store.get(name)] : await Promise.all(keys.map(get))
    const ready = revocations.ready()
    const isReady = typeof ready === 'boolean' ? ready : await ready
    return isReady ? values : []
  }

  /** The record that a value holds, if it can be opened. */
  function open(key: SealKey, { value, ttlMs }: StoredValue): StoredRecord | undefined {
    if (typeof value !== 'string' || (ttlMs !== undefined && typeof ttlMs !== 'number')) {
      operations.fault('malformed')
      return undefined
    }
    const text = value.length > maxRecordLength ? undefined : unseal(key, value)
    const record = text === undefined ? undefined : decodeRecord(text)
    if (record === undefined) operations.fault('unsealed')
    return record
  }

  /** How old a record is, in milliseconds; infinitely old if that cannot be believed. */
  function ageOf(record: StoredRecord, ttlMs: number | undefined): number {
    const now = clock.now()
    const age = judgeAge(record, { now, leadMs: lead.currentMs(), ttlMs })
    if (typeof age === 'number') return age
    if (age === 'future') lead.note(record.askedAt - now)
    operations.fault(age)
    return Infinity
  }

  /** The session of a value, for as long as it may be believed here; what it throws is of no use either. */
  async function believe(
    key: SealKey,
    found: StoredValue,
    question: Pick<WhoamiCall, 'known' | 'isRefresh' | 'signal'>,
    records: readonly string[],
  ): Promise<LiveAnswer | undefined> {
    const record = open(key, found)
    if (record === undefined) return undefined
    const ageMs = ageOf(record, found.ttlMs)
    const cacheForMs = Math.min(record.goodForMs, cacheTtlMs) - ageMs
    if (cacheForMs <= 0 || (question.isRefresh && ageMs >= refreshableMs)) return undefined
    const read = settings.readLive(replyOf(record, ageMs), question)
    const answer = 'kind' in read ? read : await read
    if (answer.kind !== 'live') return undefined
    const { session, expiresAt } = answer.live
    const subject = { session: session.id, identity: session.identity.id, records }
    // Asked last, because a revocation may have been read meanwhile.
    if (revocations.isRevoked(subject, record.cursor)) return undefined
    if (expiresAt <= Math.max(clock.now(), answer.oryNow)) return undefined
    return { ...answer, cacheForMs, setCookie: [], isStored: true }
  }

  return async (question, keys) => {
    if (operations.isOpen() || revocations.ready() === false) return undefined
    const startedAt = performance.now()
    const values = await operations.read(() => fetch(keys))
    if (values === failed) return undefined
    const records = keys.map(({ name }) => name)
    for (const [index, key] of keys.entries()) {
      const found = values[index]
      if (found == null) continue
      const answer = await believe(key, found, question, records).catch(() => {
        operations.fault('malformed')
        return undefined
      })
      if (answer !== undefined) {
        publish('get', 'hit', startedAt)
        return answer
      }
    }
    publish('get', 'miss', startedAt)
    return undefined
  }
}
