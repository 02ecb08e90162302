import { IncomingMessage } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { invalidOption } from '../shared/invalid-option.js'

/** A request of any framework: Node's, the Fetch standard's, or a plain object. */
export interface SessionRequest {
  /** Node's headers, a `Headers`, a plain object or a `Map`; names in whatever case. */
  readonly headers: object
  /** Without one the request counts as safe: it is not checked for coming from another site. */
  readonly method?: string | undefined
  /** An absolute one tells the host where no header does, for telling other sites' requests. */
  readonly url?: string | undefined
  readonly rawHeaders?: readonly string[] | undefined
}

/** What a decision is made from. */
export interface RequestFacts {
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders?: readonly string[] | undefined
  readonly method?: string | undefined
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
export function readFacts(request: SessionRequest): RequestFacts {
  const { headers, rawHeaders, method, url } = checkRequest(request)
  // Node's own have their names in lower case and their repeats joined already.
  if (request instanceof IncomingMessage) return request
  const read = isFetchHeaders(headers) ? readFetchHeaders(headers) : readPlainHeaders(headers)
  // A fetch Request has its host in its URL, which is what HTTP/2's pseudo-header is for otherwise.
  const isUntold = read.host === undefined && read[':authority'] === undefined
  if (isUntold && typeof url === 'string' && URL.canParse(url)) read.host = new URL(url).host
  return { headers: read, rawHeaders, method }
}

/** @throws TypeError where it is no request */
function checkRequest(request: SessionRequest): SessionRequest {
  const given: unknown = request
  const isRequest = typeof given === 'object' && given !== null && 'headers' in given
  if (!isRequest || typeof given.headers !== 'object' || given.headers === null) {
    throw invalidOption('request', 'a request with headers', Object.prototype.toString.call(given))
  }
  return request
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
  const entries: Iterable<[string, unknown]> =
    headers instanceof Map ? (headers as Map<string, unknown>) : Object.entries(headers)
  for (const [name, value] of entries) {
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
