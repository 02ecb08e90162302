import { IncomingMessage, ServerResponse, type IncomingHttpHeaders } from 'node:http'
import { Socket } from 'node:net'

export interface Sent {
  readonly method?: string
  readonly url?: string
  readonly headers?: IncomingHttpHeaders
}

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Node's own request and response, on a socket that leads nowhere. */
export function createExchange({ method = 'GET', url = '/', headers = {} }: Sent = {}): Exchange {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method, url })
  Object.assign(request.headers, headers)
  return { request, response: new ServerResponse(request) }
}
