import type { IncomingHttpHeaders } from 'node:http'
import type { Decide, Denial, Grant } from './decide.js'
import type { ResolvedPolicy } from './policy.js'
import type { RequestFacts } from './request.js'

/** A request of any framework: Node's, the Fetch standard's, or a plain object. */
export interface AnyRequest {
  /** Node's headers, a `Headers`, or a plain object; names in whatever case. */
  readonly headers: object
  /** Without one the request counts as safe: it is not checked for coming from another site. */
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly rawHeaders?: readonly string[] | undefined
}

/** What `authenticate` resolves to: a session, or the error that says why there is none. */
export type Authentication<S> =
  (Omit<Grant, 'session'> & { readonly session: S }) | (Denial & { readonly session?: undefined })

/** Decides without a response. Rejects for what a hook throws alone, never for a denial. */
export async function authenticateWith<S>(
  decide: Decide,
  request: AnyRequest,
  policy: ResolvedPolicy,
): Promise<Authentication<S>> {
  const decision = await decide(readFacts(request), policy, request)
  if (decision.error !== undefined) return decision
  return { ...decision, session: decision.session as S }
}

// All that a decision looks at.
const names = [
  'authorization',
  'x-session-token',
  'cookie',
  'origin',
  'host',
  'sec-fetch-site',
] as const

/** Reads the headers of any request as Node gives them. */
export function readFacts(request: AnyRequest): RequestFacts {
  if (request.rawHeaders !== undefined) return request as RequestFacts
  const { headers } = request
  return {
    headers: isFetchHeaders(headers) ? readFetchHeaders(headers) : readPlainHeaders(headers),
    method: request.method,
  }
}

// By its form: a Headers of another realm or of another fetch is no instance of the global one.
function isFetchHeaders(headers: object): headers is Headers {
  return 'get' in headers && typeof headers.get === 'function'
}

function readFetchHeaders(headers: Headers): IncomingHttpHeaders {
  return Object.fromEntries(names.map((name) => [name, headers.get(name) ?? undefined]))
}

function readPlainHeaders(headers: object): IncomingHttpHeaders {
  const values = new Map<string, unknown[]>()
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    const list = values.get(name.toLowerCase()) ?? []
    list.push(...(Array.isArray(value) ? (value as unknown[]) : [value]))
    values.set(name.toLowerCase(), list)
  }
  return Object.fromEntries(
    names.map((name) => {
      const list = (values.get(name) ?? []).filter((value) => value !== undefined).map(String)
      return [name, list.length > 1 ? list : list[0]]
    }),
  )
}
