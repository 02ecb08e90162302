import { IncomingMessage } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { setupError } from '../shared/error-codes.js'

/** A request with headers: Node's, the Fetch standard's, or a plain object. */
export interface SessionRequestHeaders {
  /** Node's headers, a `Headers`, a plain object, a `Map` or a list of pairs; names in whatever case. */
  readonly headers: object
  /** Without one the request counts as safe: it is not checked for coming from another site. */
  readonly method?: string | undefined
  /** The method that came, if method-override has put another one. The less safe of both counts. */
  readonly originalMethod?: string | undefined
  /** An absolute one tells the host where no header does, for telling other sites' requests. */
  readonly url?: string | undefined
  readonly rawHeaders?: readonly string[] | undefined
}

/**
 * A request of any framework: one with headers, or an object that holds one as `raw`, as Hono's `c.req`
 * and Fastify's request do.
 */
export type SessionRequest = SessionRequestHeaders | { readonly raw: SessionRequestHeaders }

/** What a decision is made from. */
export interface RequestFacts {
  readonly headers: IncomingHttpHeaders
  /** Names and values as they came. Node keeps only the first of two `Authorization` headers. */
  readonly rawHeaders?: readonly string[] | undefined
  readonly method?: string | undefined
  readonly originalMethod?: string | undefined
}

// All that a decision looks at.
const names = [
  'authorization',
  'x-session-token',
  'cookie',
  'origin',
  'host',
  ':authority',
  'sec-fetch-site',
  'sec-fetch-mode',
  'upgrade',
] as const

/** Reads the headers of any request as Node gives them. */
export function readFacts(given: SessionRequest): RequestFacts {
  // What a body parser has put on one of Node's as `raw` came from the client, and is no request.
  const request = given instanceof IncomingMessage ? given : unwrap(given)
  // Node's own have their names in lower case and their repeats joined already.
  if (request instanceof IncomingMessage) return request
  const { headers, rawHeaders, method, originalMethod, url } = request
  const read = isFetchHeaders(headers) ? readFetchHeaders(headers) : readPlainHeaders(headers)
  // A fetch Request has its host in its URL, which is what HTTP/2's pseudo-header is for otherwise.
  const isHostMissing = read.host === undefined && read[':authority'] === undefined
  if (isHostMissing && typeof url === 'string' && URL.canParse(url)) read.host = new URL(url).host
  return { headers: read, rawHeaders, method, originalMethod }
}

/**
 * The request itself. A framework's own has each header once; the one that it wraps shows a token that was
 * sent twice.
 *
 * @throws TypeError if there is none
 */
function unwrap(given: SessionRequest): SessionRequestHeaders {
  // Its own alone: a polluted Object.prototype would answer for every request.
  const raw: unknown = isObject(given) && Object.hasOwn(given, 'raw') && Reflect.get(given, 'raw')
  if (hasHeaders(raw)) return raw
  if (hasHeaders(given)) return given
  throw setupError(
    'ERR_ORY_INVALID_REQUEST',
    `request must be a request with headers; got ${Object.prototype.toString.call(given)}; \
pass c.req in Hono, request in Fastify, ctx.req in Koa`,
  )
}

function hasHeaders(value: unknown): value is SessionRequestHeaders {
  return isObject(value) && 'headers' in value && isObject(value.headers)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

// By its form: a Headers of another realm or of another fetch is no instance of the global one.
function isFetchHeaders(headers: object): headers is Headers {
  return !(headers instanceof Map) && 'get' in headers && typeof headers.get === 'function'
}

function readFetchHeaders(headers: Headers): IncomingHttpHeaders {
  // A Headers throws for a name such as HTTP/2's pseudo-headers have.
  const plain = names.filter((name) => !name.startsWith(':'))
  return Object.fromEntries(plain.map((name) => [name, headers.get(name) ?? undefined]))
}

function readPlainHeaders(headers: object): IncomingHttpHeaders {
  const values = new Map<string, unknown[]>()
  for (const [name, value] of listPairs(headers)) {
    const list = values.get(name.toLowerCase()) ?? []
    list.push(...(Array.isArray(value) ? (value as unknown[]) : [value]))
    values.set(name.toLowerCase(), list)
  }
  return Object.fromEntries(
    names.map((name) => {
      const list = (values.get(name) ?? [])
        .filter((value) => value !== undefined && value !== null)
        .map(String)
      return [name, list.length > 1 ? list : list[0]]
    }),
  )
}

/** @throws TypeError if a list is none of names and values: its requests would look as if they had no session */
function listPairs(headers: object): readonly [string, unknown][] {
  if (!(Symbol.iterator in headers)) return Object.entries(headers)
  const pairs = [...(headers as Iterable<unknown>)]
  if (pairs.every(isPair)) return pairs
  throw setupError(
    'ERR_ORY_INVALID_REQUEST',
    'headers must be an object, a Headers, a Map or a list of pairs; pass [[name, value]], or \
Object.fromEntries(pairs)',
  )
}

function isPair(entry: unknown): entry is [string, unknown] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string'
}
