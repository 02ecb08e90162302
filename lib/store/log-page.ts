import type { LogPage, SessionStore } from '../shared/session-store.js'
import { failed } from './store-gate.js'
import type { StoreGate } from './store-gate.js'

/** Reads the page behind `cursor`; `undefined` if the store failed, or answered what is no page. */
export async function readLogPage(
  store: SessionStore,
  gate: Pick<StoreGate, 'log' | 'fault'>,
  logName: string,
  cursor: string | undefined,
): Promise<LogPage | undefined> {
  const page = await gate.log('since', () => store.since(logName, cursor))
  if (page === failed) return undefined
  if (isPage(page)) return page
  gate.fault('malformed')
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
