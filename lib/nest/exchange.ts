import type { ServerResponse } from 'node:http'
import type { ArgumentsHost } from '@nestjs/common'
import type { SessionRequest } from '../credential/request-headers.js'
import type { FrameworkResponse } from '../http/framework-guard.js'
import { replyHeaders } from '../http/reply-headers.js'
import type { ReplyHeaders } from '../http/reply-headers.js'
import { setupError } from '../shared/error-codes.js'

/** What the guard needs of a call, whatever Nest calls it for. */
export interface NestExchange {
  readonly request: SessionRequest
  /** What lives as long as the call that the request belongs to: for a query, its context. */
  readonly scope: object
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
    return { request, scope: request, chain: request, ...responseOf(http.getResponse()) }
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
  const scope = type === 'graphql' ? held : request
  return { request, scope, chain: undefined, ...responseOf(held.res ?? held.reply) }
}

function responseOf(
  response: ServerResponse | Reply | undefined,
): Pick<NestExchange, 'response' | 'head'> {
  if (response === undefined) return { response: undefined, head: undefined }
  if ('raw' in response) return { response: replyHeaders(response), head: response.raw }
  return { response, head: response }
}
