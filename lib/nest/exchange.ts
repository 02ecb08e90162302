import type { ServerResponse } from 'node:http'
import type { ArgumentsHost } from '@nestjs/common'
import type { SessionRequest } from '../credential/request-headers.js'
import type { FrameworkResponse } from '../http/framework-guard.js'
import { replyHeaders } from '../http/reply-headers.js'
import type { ReplyHeaders } from '../http/reply-headers.js'
import type { Session } from '../session/session.js'
import { setupError } from '../shared/error-codes.js'

/** What the guard needs of a call, whatever Nest calls it for. */
export interface NestExchange {
  readonly request: SessionRequest
  /** The request, if it has one answer. */
  readonly chain: object | undefined
  readonly response: FrameworkResponse | undefined
  readonly head: ServerResponse | undefined
}

type Reply = ReplyHeaders & { readonly raw: ServerResponse }
interface Held {
  readonly req?: SessionRequest
  readonly request?: SessionRequest
  readonly res?: ServerResponse | Reply
  readonly reply?: Reply
}

/**
 * The request and response of a route, of a resolver (from its context's `req` and `res`), or of a gateway's
 * message (from its client's `request`).
 *
 * @throws TypeError if there is no request
 */
export function exchangeOf(host: ArgumentsHost): NestExchange {
  const type = host.getType<string>()
  if (type === 'http') {
    const http = host.switchToHttp()
    const request = http.getRequest<SessionRequest>()
    return { request, chain: request, ...responseOf(http.getResponse()) }
  }
  const held: Held =
    type === 'graphql' ? host.getArgByIndex(2) : type === 'ws' ? host.switchToWs().getClient() : {}
  const request = held.req ?? held.request
  if (request === undefined) {
    throw setupError(
      'ERR_ORY_INVALID_REQUEST',
      `The guard found no request in this ${type} call: give a GraphQL context \`req\` and \`res\`, and a \
gateway's client \`request\``,
    )
  }
  return { request, chain: undefined, ...responseOf(held.res ?? held.reply) }
}

function responseOf(
  response: ServerResponse | Reply | undefined,
): Pick<NestExchange, 'response' | 'head'> {
  if (response === undefined) return { response: undefined, head: undefined }
  if ('raw' in response) return { response: replyHeaders(response), head: response.raw }
  return { response, head: response }
}

const checked = Symbol.for('express-ory-session.checked')
interface Marked {
  [checked]?: { readonly session: Session | undefined } | undefined
}

/** Notes what the guard found on a request, or that it looked at nothing. */
export function noteChecked(
  request: object,
  found: { readonly session: Session | undefined } | undefined,
): void {
  const marked = request as Marked
  marked[checked] = found
}

/** What the guard found; `undefined` if it did not look. */
export function checkedOn(request: object): { readonly session: Session | undefined } | undefined {
  return (request as Marked)[checked]
}
