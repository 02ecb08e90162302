import { readSeconds } from '../ory/response.js'
import { ageOf } from '../shared/clock.js'
import type { Clock, Moment } from '../shared/clock.js'
import { encodeRecord, maxRecordLength } from './record.js'
import type { LiveAnswer } from './record-reader.js'
import { seal } from './seal.js'
import type { SealKey } from './seal.js'
import type { SessionStore } from '../shared/session-store.js'
import type { StoreOperations } from './store-operations.js'

/** Writes and removes records. Nobody waits for it. */
export interface RecordWriter {
  /**
   * `asked`: when the call to Ory began. `cursor`: how far the log was read before that, without which an
   * answer that a revocation overtook would look like one that is newer.
   */
  write(key: SealKey, answer: LiveAnswer, asked: Moment, cursor: string): void
  remove(records: readonly string[]): void
}

/** `Date` is cut to whole seconds: Ory's clock may be ahead of it by up to so many milliseconds. */
const dateStepMs = 1_000

export function createRecordWriter(
  store: SessionStore,
  operations: StoreOperations,
  clock: Clock,
  cacheTtlMs: number,
): RecordWriter {
  return {
    write(key, answer, asked, cursor) {
      const { live, reply, cacheForMs, oryNow } = answer
      if (reply === undefined) return
      const askedAt = Math.floor(asked.now)
      const behindMs = Math.max(0, oryNow + dateStepMs - askedAt)
      const lifeMs = live.expiresAt - askedAt - behindMs
      const goodForMs = Math.floor(Math.min(cacheTtlMs, cacheForMs, lifeMs))
      const ttlMs = Math.floor(goodForMs - ageOf(asked, clock))
      if (ttlMs <= 0) return
      const { date, age } = reply.headers
      const text = encodeRecord({
        askedAt,
        goodForMs,
        cursor,
        date: typeof date === 'string' ? date : undefined,
        ageSeconds: readSeconds(age) ?? 0,
        body: reply.body,
      })
      const sealed = seal(key, text)
      if (sealed.length > maxRecordLength) return
      operations.write('set', () => store.set(key.name, sealed, ttlMs))
    },
    remove(records) {
      for (const name of records) operations.write('delete', () => store.delete(name))
    },
  }
}
