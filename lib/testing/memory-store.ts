import type { LogPage, SessionStore } from '../shared/session-store.js'

/** A store in the memory of one process, for tests of applications with several instances. */
export interface MemoryStore extends SessionStore {
  /** All keys with their values, and the entries of all logs: what a thief of the store would have. */
  dump(): Record<string, string | readonly string[]>
  /** Loses all of it, as a Redis without persistence does that is restarted. */
  wipe(): void
}

interface Log {
  readonly entries: (readonly [id: string, text: string])[]
  readonly bells: Set<() => void>
}

const pageSize = 1_000

/** Makes a store that instances of one process can share. `now`: the time of its expiry. */
export function createMemoryStore({ now = Date.now }: { now?: () => number } = {}): MemoryStore {
  const values = new Map<string, { readonly value: string; readonly endsAt: number }>()
  const logs = new Map<string, Log>()
  let lastId = 0

  function logOf(name: string): Log {
    const log = logs.get(name) ?? { entries: [], bells: new Set() }
    logs.set(name, log)
    return log
  }

  function since(name: string, cursor: string | undefined): LogPage {
    const { entries } = logOf(name)
    const index = cursor === undefined ? -1 : entries.findIndex(([id]) => id === cursor)
    if (cursor !== undefined && index === -1) return { entries: [], isGap: true }
    const page = entries.slice(index + 1, index + 1 + pageSize)
    return { entries: page, hasMore: index + 1 + page.length < entries.length }
  }

  return {
    get(key) {
      const found = values.get(key)
      const ttlMs = found === undefined ? 0 : found.endsAt - now()
      if (found === undefined || ttlMs <= 0) return Promise.resolve(undefined)
      return Promise.resolve({ value: found.value, ttlMs })
    },
    set(key, value, ttlMs) {
      values.set(key, { value, endsAt: now() + ttlMs })
      return Promise.resolve()
    },
    delete: (key) => Promise.resolve(values.delete(key)),
    append(name, text) {
      lastId += 1
      const { entries, bells } = logOf(name)
      entries.push([String(lastId), text])
      for (const ring of bells) ring()
      return Promise.resolve()
    },
    since: (name, cursor) => Promise.resolve(since(name, cursor)),
    isAfter: (a, b) => Number(a) > Number(b),
    listen(name, onNews) {
      const { bells } = logOf(name)
      bells.add(onNews)
      return () => bells.delete(onNews)
    },
    dump() {
      const texts = [...logs].map(([name, { entries }]) => [name, entries.map(([, text]) => text)])
      const records = [...values].map(([key, { value }]) => [key, value])
      return Object.fromEntries([...texts, ...records]) as ReturnType<MemoryStore['dump']>
    },
    wipe() {
      values.clear()
      for (const { entries } of logs.values()) entries.length = 0
    },
  }
}
