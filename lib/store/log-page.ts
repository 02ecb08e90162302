import type { LogEntry, LogPage, SessionStore } from '../shared/session-store.js'
import { failed } from './store-operations.js'
import type { StoreOperations } from './store-operations.js'

/** Whether the id `a` comes after the id `b`; it throws if the store cannot say. */
export type IsAfter = (a: string, b: string) => boolean

export interface LogPageParts {
  readonly store: SessionStore
  readonly operations: Pick<StoreOperations, 'log' | 'fault'>
  readonly logName: string
  readonly isAfter: IsAfter
}

/** Reads the page behind `cursor`; `undefined` if the store failed, or answered what is no page. */
export async function readLogPage(
  { store, operations, logName, isAfter }: LogPageParts,
  cursor: string | undefined,
): Promise<LogPage | undefined> {
  const page: unknown = await operations.log('since', () => store.since(logName, cursor))
  if (page === failed) return undefined
  try {
    return copyPage(page as LogPage, cursor, isAfter)
  } catch {
    operations.fault('malformed')
    return undefined
  }
}

/** A copy, because what an adapter hands out may be something else when it is read again. */
function copyPage(page: LogPage, cursor: string | undefined, isAfter: IsAfter): LogPage {
  const { entries, hasMore, isGap } = page
  if (!Array.isArray(entries)) throw new TypeError('expected a list')
  if (isGap === true) return { entries: [], isGap }
  let last = cursor
  const copies = Array.from(entries as unknown[], (entry): LogEntry => {
    const [id, text] = entry as unknown[]
    if (typeof id !== 'string' || typeof text !== 'string') throw new TypeError('expected text')
    // Without this, an entry that comes twice would move a revocation back, before newer records.
    if (!isNext(id, last, isAfter)) throw new RangeError('expected an id after the one before')
    last = id
    return [id, text]
  })
  return { entries: copies, hasMore: hasMore === true }
}

/** Asked both ways, which shows an order that is none. */
function isNext(id: string, last: string | undefined, isAfter: IsAfter): boolean {
  return last === undefined ? !isAfter(id, id) : isAfter(id, last) && !isAfter(last, id)
}
