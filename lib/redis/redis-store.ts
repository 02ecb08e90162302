import type { LogPage, SessionStore } from '../shared/session-store.js'
import { isLaterId, readStream, readText, readTtl } from './replies.js'

/**
 * Sends one command to Redis or Valkey and resolves to its reply. The name of the command comes first,
 * its only key second.
 */
export type SendCommand = (args: [string, ...string[]]) => Promise<unknown>

/** How `redisStore` hears of revocations at once. */
export interface RedisStoreOptions {
  /**
   * Subscribes to a channel on a connection of its own, calls `onMessage` on each message, and returns a
   * function that unsubscribes, or a promise of one. If it throws or rejects, it is called again after a
   * second. With it, a revocation reaches every process within milliseconds, without it within
   * `storePollMs`. Default: none.
   */
  readonly listen?: (
    channel: string,
    onMessage: () => void,
  ) => (() => unknown) | Promise<() => unknown>
}

/** About so many revocations are kept; the log has some 200 bytes for each. */
const mostEntries = 10_000
/** Entries in one reply. */
const pageSize = 1_000

/**
 * Makes a store of a client of Redis 5 or later, or of any Valkey: node-redis, ioredis, iovalkey or
 * valkey-glide; a single node, Sentinel or cluster. It sends GET, PTTL, SET, DEL, XADD, XRANGE and, with
 * `listen`, PUBLISH: each has one key, so a cluster needs no more than the client's own routing.
 *
 * The client, its connection and its `error` listener belong to the application. Reads must go to the
 * primary: a replica that lost it would show a log that stands still.
 *
 * @example
 * redisStore((args) => client.sendCommand(args))                       // node-redis
 * redisStore(([name, ...args]) => client.call(name, ...args))          // ioredis, iovalkey
 * redisStore((args) => client.customCommand(args))                     // valkey-glide
 * redisStore((args) => cluster.sendCommand(args[1], false, args))      // node-redis cluster
 *
 * @see https://redis.io/docs/latest/commands/xrange/
 */
export function redisStore(send: SendCommand, { listen }: RedisStoreOptions = {}): SessionStore {
  // A client that throws must not leave the rejection of a command before unhandled. `async` would do the
  // same, and make each reply wait three turns more.
  function ask(args: [string, ...string[]]): Promise<unknown> {
    try {
      return Promise.resolve(send(args))
    } catch {
      return Promise.reject(new Error('the client threw'))
    }
  }

  async function since(log: string, cursor: string | undefined): Promise<LogPage> {
    // From the entry of the cursor on, since its absence is what shows a gap.
    const start = cursor ?? '-'
    const count = String(cursor === undefined ? pageSize : pageSize + 1)
    const rows = readStream(await ask(['XRANGE', log, start, '+', 'COUNT', count]))
    const hasMore = rows.length === Number(count)
    if (cursor === undefined) return { entries: rows, hasMore }
    if (rows[0]?.[0] !== cursor) return { entries: [], isGap: true }
    return { entries: rows.slice(1), hasMore }
  }

  const store: SessionStore = {
    async get(key) {
      // Both in one tick, so that a client sends them together.
      const [value, ttl] = await Promise.all([ask(['GET', key]), ask(['PTTL', key])])
      return value == null ? undefined : { value: readText(value), ttlMs: readTtl(ttl) }
    },
    set: (key, value, ttlMs) => ask(['SET', key, value, 'PX', String(ttlMs)]),
    delete: (key) => ask(['DEL', key]),
    async append(log, entry) {
      await ask(['XADD', log, 'MAXLEN', '~', String(mostEntries), '*', 'e', entry])
      // A bell that fails costs time, and must not make a revocation look unwritten.
      if (listen !== undefined) ask(['PUBLISH', log, '1']).catch(() => undefined)
    },
    since,
    isAfter: isLaterId,
  }
  return listen === undefined ? store : { ...store, listen }
}
