import type { LogPage, SessionStore } from '../shared/session-store.js'
import { failed } from './store-operations.js'
import type { StoreOperations } from './store-operations.js'

/** Reads the page behind `cursor`; `undefined` if the store failed, or answered what is no page. */
export async function readLogPage(
  store: SessionStore,
  operations: Pick<StoreOperations, 'log' | 'fault'>,
  logName: string,
  cursor: string | undefined,
): Promise<LogPage | undefined> {
  const page = await operations.log('since', () => store.since(logName, cursor))
  if (page === failed) return undefined
  if (isPage(page)) return page
  operations.fault('malformed')
  return undefined
}

function isPage(page: unknown): page is LogPage {
  if (typeof page !== 'object' || page === null) return false
  const entries: unknown = Reflect.get(page, 'entries')
  return Array.isArray(entries) && entries.every(isEntry)
}

function isEntry(entry: unknown): boolean {
  if (!Array.isArray(entry)) return false
  const [id, text] = entry as unknown[]
  return typeof id === 'string' && typeof text === 'string'
}
