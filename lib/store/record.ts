import type { Reply } from '../ory/response.js'

/** What Ory said of a credential, as processes hand it to each other. */
export interface StoredRecord {
  /** When the call to Ory began, on the writer's wall clock, in milliseconds since the epoch. */
  readonly askedAt: number
  /** How long the answer may be believed from then, in milliseconds. */
  readonly goodForMs: number
  /** How far the writer had read the log before it asked. */
  readonly cursor: string
  /** Ory's `Date` header, as it came. */
  readonly date: string | undefined
  /** The seconds of Ory's `Age` header. */
  readonly ageSeconds: number
  /** Ory's own text. The writer's view of it is not stored: each reader parses and checks for itself. */
  readonly body: string
}

/** Longest sealed record that is written or read, in characters: Ory's 256 KiB, sealed and in base64. */
export const maxRecordLength = 360_000

/** The numbers stand on the first line, Ory's text behind it, so that nothing is escaped twice. */
export function encodeRecord({ body, ...rest }: StoredRecord): string {
  const { askedAt, goodForMs, cursor, date, ageSeconds } = rest
  return `${JSON.stringify([askedAt, goodForMs, cursor, ageSeconds, date])}\n${body}`
}

/** `undefined` for a text that is no record of this version. */
export function decodeRecord(text: string): StoredRecord | undefined {
  const end = text.indexOf('\n')
  const fields = readFields(text.slice(0, Math.max(end, 0)))
  if (fields === undefined) return undefined
  const [askedAt, goodForMs, cursor, ageSeconds, date] = fields
  if (!isTime(askedAt) || !isTime(goodForMs) || !isTime(ageSeconds)) return undefined
  if (typeof cursor !== 'string' || (date !== null && typeof date !== 'string')) return undefined
  return {
    askedAt,
    goodForMs,
    cursor,
    ageSeconds,
    date: date ?? undefined,
    body: text.slice(end + 1),
  }
}

function isTime(field: unknown): field is number {
  return Number.isFinite(field)
}

function readFields(line: string): unknown[] | undefined {
  try {
    const fields: unknown = JSON.parse(line)
    return Array.isArray(fields) ? (fields as unknown[]) : undefined
  } catch {
    return undefined
  }
}

/** What a reader knows when it judges the age of a record. */
export interface Reading {
  /** The reader's wall clock. */
  readonly now: number
  /** By how much the reader's wall clock is known to be behind others', in milliseconds. */
  readonly leadMs: number
  /** How long the engine still keeps the record, if it can say. */
  readonly ttlMs: number | undefined
}

/** Why the age of a record cannot be believed. */
export type OddAge = 'future' | 'endless'

/**
 * How old a record is, in milliseconds. The writer's stamp alone would fail if two wall clocks differ,
 * the engine's expiry alone if a client applied the write late. So both are asked, and the older counts.
 */
export function judgeAge(record: StoredRecord, { now, leadMs, ttlMs }: Reading): number | OddAge {
  const { askedAt, goodForMs } = record
  if (askedAt > now) return 'future'
  const stampedMs = now - askedAt + leadMs
  if (ttlMs === undefined) return stampedMs
  // The engine was given what was left of `goodForMs`. More than that is not what we wrote.
  if (!(ttlMs >= 0 && ttlMs <= goodForMs)) return 'endless'
  return Math.max(stampedMs, goodForMs - ttlMs)
}

/** The record as the reply of Ory's that it is, with the `Age` that it has by now. */
export function replyOf({ body, date, ageSeconds }: StoredRecord, ageMs: number): Reply {
  const age = String(Math.floor(ageSeconds + ageMs / 1000))
  return { status: 200, headers: { 'content-type': 'application/json', date, age }, body }
}
