import type { LogEntry } from '../shared/session-store.js'

/** A bulk string: text from most clients, bytes from one that was set up so. */
export function readText(reply: unknown): string {
  if (typeof reply === 'string') return reply
  if (ArrayBuffer.isView(reply))
    return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength).toString('latin1')
  throw new TypeError('expected a string')
}

/** What PTTL says: -1 is a key without an end, -2 one that has just gone. */
export function readTtl(reply: unknown): number {
  const ttlMs = Number(reply)
  if (!Number.isFinite(ttlMs)) throw new TypeError('expected a number')
  if (ttlMs === -1) return Infinity
  return Math.max(ttlMs, 0)
}

/**
 * The rows of XRANGE, each with its id and its only field: `[id, [field, value]]` from most clients,
 * `{ key: id, value: [[field, value]] }` from valkey-glide.
 */
export function readStream(reply: unknown): LogEntry[] {
  if (!Array.isArray(reply)) throw new TypeError('expected a list')
  // A list of a native client's may be one of another realm, and so would be what its own `map` makes.
  return Array.from(reply as unknown[], readRow)
}

function readRow(row: unknown): LogEntry {
  if (Array.isArray(row)) {
    const [id, fields] = row as unknown[]
    return [readText(id), readField(fields)]
  }
  if (typeof row !== 'object' || row === null) throw new TypeError('expected an entry')
  const { key, value } = row as { readonly key?: unknown; readonly value?: unknown }
  return [readText(key), readField(Array.isArray(value) ? value[0] : undefined)]
}

function readField(fields: unknown): string {
  return readText(Array.isArray(fields) ? fields[1] : undefined)
}

/** Compares ids of a stream: milliseconds, then a number in sequence. */
export function isLaterId(a: string, b: string): boolean {
  // Digits of the same number compare as text does, which is much quicker and asked for each record.
  if (a.length === b.length && a.indexOf('-') === b.indexOf('-')) return a > b
  const [aMs, aSequence] = readId(a)
  const [bMs, bSequence] = readId(b)
  return aMs === bMs ? aSequence > bSequence : aMs > bMs
}

function readId(id: string): readonly [bigint, bigint] {
  const [ms = '', sequence = '0'] = id.split('-')
  return [BigInt(ms), BigInt(sequence)]
}
