import type { Answer } from '../ory/whoami-answer.js'
import type { AskWhoami, WhoamiCall } from '../resilience/ory-call.js'
import { readClock } from '../shared/clock.js'
import type { Clock, Moment } from '../shared/clock.js'
import type { KeyIndex } from './key-index.js'
import type { ReadRecord } from './record-reader.js'
import type { RecordWriter } from './record-writer.js'
import type { Revocation } from './revocation.js'
import type { Revocations } from './revocations.js'
import type { Keyring } from './keyring.js'
import type { SealKey } from './seal.js'
import type { StoreCounters } from './store-counters.js'

export interface WithStoreParts {
  readonly keyring: Pick<Keyring, 'recordKeys'>
  readonly revocations: Pick<Revocations, 'touch' | 'position' | 'isLoggedOut'>
  readonly readRecord: ReadRecord
  readonly writer: RecordWriter
  /** Waits for the first reading of the log, no longer than a request may wait for the store. */
  readonly whenReady: () => Promise<void>
  readonly index: KeyIndex
  readonly counters: StoreCounters
  readonly clock: Clock
  /** Revokes in the other processes, in the background. */
  readonly revoke: (revocation: Revocation) => void
}

/** How Ory was asked. */
interface Asking {
  readonly question: WhoamiCall
  readonly keys: readonly [SealKey, ...SealKey[]]
  readonly records: readonly string[]
  readonly asked: Moment
  /** How far the log was read before, if it could be read. */
  readonly cursor: string | undefined
}

/** The answer about a session that was logged out in any process. */
const loggedOut: Answer = { kind: 'refused', ambiguousSince: undefined }

/**
 * Answers from the store if it can, and writes into it what Ory answers. It stands outside the outage
 * guard, so that processes share only what the guard believed.
 */
export function withStore(ask: AskWhoami, parts: WithStoreParts): AskWhoami {
  const { keyring, revocations, readRecord, writer, index, counters, clock } = parts

  /** Shares what Ory answered, and returns what that means here. */
  function share(answer: Answer, { question, keys, records, asked, cursor }: Asking): Answer {
    if (answer.kind === 'live') {
      if (revocations.isLoggedOut(records, answer.live.session.id)) return loggedOut
      index.add(records, question.key)
      // Nobody is here to pass a renewed cookie on to, so the next request has to ask Ory itself.
      if (question.isRefresh && answer.setCookie.length > 0) writer.remove(records)
      else if (cursor !== undefined) writer.write(keys[0], answer, asked, cursor)
      return answer
    }
    const wasKnown = question.caller.kind === 'known'
    // A flood of unknown credentials must write nothing: they have no record.
    if (wasKnown || question.isForced) writer.remove(records)
    if (wasKnown && answer.kind === 'refused') parts.revoke({ records })
    return answer
  }

  async function answerOf(
    question: WhoamiCall,
    keys: readonly [SealKey, ...SealKey[]],
    records: readonly string[],
  ): Promise<Answer> {
    if (question.isForced) await parts.whenReady()
    else {
      const stored = await readRecord(question, keys)
      if (stored !== undefined) {
        index.add(records, question.key)
        counters.hits += 1
        return stored
      }
      counters.misses += 1
    }
    // Without this, Ory would have less time by what the store took, and a slow store could be a denial.
    question.restart?.()
    // Both before the call: what is revoked during it, and the time that it takes, count against it.
    const cursor = revocations.position()
    const asked = readClock(clock)
    return share(await ask(question), { question, keys, records, asked, cursor })
  }

  return async (question) => {
    revocations.touch()
    const keys = keyring.recordKeys(question.credential)
    const records = keys.map(({ name }) => name)
    if (revocations.isLoggedOut(records)) return loggedOut
    index.begin(records, question.key)
    try {
      return await answerOf(question, keys, records)
    } finally {
      index.end(records)
    }
  }
}
