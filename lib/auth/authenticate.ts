import { IncomingMessage } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { count } from '../resilience/stats.js'
import type { Counters } from '../resilience/stats.js'
import type { Source } from '../credential/read-credential.js'
import type { Decide } from './decide.js'
import type { SessionError } from '../shared/session-error.js'
import { invalidOption } from '../options/validators.js'
import type { ResolvedPolicy } from './policy.js'
import type { RequestFacts } from '../http/request-session.js'
import type { Session } from '../session/session.js'

/** A request of any framework: Node's, the Fetch standard's, or a plain object. */
export interface AnyRequest {
  /** Node's headers, a `Headers`, a plain object or a `Map`; names in whatever case. */
  readonly headers: object
  /** Without one the request counts as safe: it is not checked for coming from another site. */
  readonly method?: string | undefined
  /** An absolute one tells the host where no header does, for telling other sites' requests. */
  readonly url?: string | undefined
  readonly rawHeaders?: readonly string[] | undefined
}

/** What `authenticate` resolves to: a session, or the error that says why there is none. */
export type Authentication<S = Session> =
  | {
      readonly session: S
      /** Where the credential stood. */
      readonly credential: Source
      /** `'stale'`: from memory past its TTL, in the grace of an outage. */
      readonly from: 'cache' | 'upstream' | 'stale'
      /** `Set-Cookie` lines for the response to this request. */
      readonly setCookie: readonly string[]
      readonly error?: undefined
    }
  | {
      readonly error: SessionError
      readonly setCookie: readonly string[]
      readonly session?: undefined
      readonly credential?: undefined
      readonly from?: undefined
    }

/** Decides without a response. Rejects for what a hook throws alone, never for a denial. */
export async function authenticateWith<S>(
  decide: Decide,
  request: AnyRequest,
  policy: ResolvedPolicy,
  counters: Counters,
): Promise<Authentication<S>> {
  const decision = await decide(readFacts(request), policy, request)
  if (decision.error === undefined) return { ...decision, session: decision.session as S }
  count(counters.denials, decision.error.code)
  return decision
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
export function readFacts(request: AnyRequest): RequestFacts {
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
function checkRequest(request: AnyRequest): AnyRequest {
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
