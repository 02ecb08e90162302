import { describe, expect, it } from '@jest/globals'
import { Agent, createServer, get } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SessionError } from '../../../lib/shared/session-error.js'
import { isGone, sendDenial } from '../../../lib/http/respond.js'
import { createExchange } from '../support/exchange.js'
import { defer } from '../ory/question.js'

const error = new SessionError('session_missing', { challenge: 'Bearer realm="ory"' })

/** What was ended with, beside Node's own response. */
function answered(method: string, prepare: (response: ServerResponse) => void = () => undefined) {
  const { request, response } = createExchange({ method })
  const bodies: (Buffer | undefined)[] = []
  response.end = ((body?: Buffer) => {
    bodies.push(body)
    return response
  }) as ServerResponse['end']
  prepare(response)
  sendDenial(error, request, response)
  return { response, bodies: bodies.map((body) => body?.toString()) }
}

describe('respond', () => {
  it('sends the error as it is', () => {
    const { response, bodies } = answered('POST')
    expect(response.statusCode).toBe(401)
    expect(response.getHeaders()).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'www-authenticate': 'Bearer realm="ory"',
      'content-length': Buffer.byteLength(JSON.stringify(error)),
    })
    expect(bodies).toEqual([JSON.stringify(error)])
  })

  it('sends HEAD no body, and the same headers', () => {
    const { response, bodies } = answered('HEAD')
    expect(bodies).toEqual([undefined])
    expect(response.getHeaders()).toEqual(answered('GET').response.getHeaders())
  })

  it('takes back what was said of another body', () => {
    const { response } = answered('GET', (prepared) => {
      for (const name of ['Content-Encoding', 'Content-Language', 'Content-Range']) {
        prepared.setHeader(name, 'x')
      }
      prepared.setHeader('ETag', '"x"')
      prepared.setHeader('Last-Modified', 'x')
      prepared.setHeader('Transfer-Encoding', 'chunked')
      prepared.setHeader('X-Request-Id', 'x')
    })
    const usual = answered('GET').response.getHeaders()
    expect(response.getHeaders()).toEqual({ ...usual, 'x-request-id': 'x' })
  })

  it('leaves the framing of its body to the code that takes its length away', async () => {
    const { promise, resolve } = defer<IncomingMessage>()
    const server = createServer((incoming, response) => {
      const { writeHead } = response
      // As compression does.
      response.writeHead = (status: number) => {
        response.removeHeader('Content-Length')
        return writeHead.call(response, status)
      }
      sendDenial(error, incoming, response)
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    get({ port, host: '127.0.0.1', agent: new Agent({ keepAlive: true }) }, resolve)
    const { headers } = await promise
    server.close()
    server.closeAllConnections()
    expect(headers).toMatchObject({ 'transfer-encoding': 'chunked', connection: 'keep-alive' })
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['an answer has begun', (response) => void response.writeHead(200)],
    ['the client is gone', (response) => void response.destroy()],
  ])('does nothing where %s', (_title, prepare) => {
    const { response, bodies } = answered('GET', prepare)
    expect(bodies).toEqual([])
    expect(response.getHeader('content-type')).toBeUndefined()
  })
})

describe('isGone', () => {
  const like = (members: object) =>
    ({ headersSent: false, writableEnded: false, destroyed: false, ...members }) as ServerResponse
  it.each<[string, ServerResponse, boolean]>([
    ['a response that waits', createExchange().response, false],
    ['one that has ended', like({ headersSent: true, writableEnded: true }), true],
    ['one that was destroyed', like({ destroyed: true }), true],
    [
      'one of HTTP/2 that waits',
      like({ destroyed: undefined, stream: { destroyed: false } }),
      false,
    ],
    [
      'one of HTTP/2 whose stream was destroyed',
      like({ destroyed: undefined, stream: { destroyed: true } }),
      true,
    ],
    ['one of HTTP/2 without a stream', like({ destroyed: undefined, stream: null }), false],
  ])('sees %s rightly', (_title, response, expected) => {
    expect(isGone(response)).toBe(expected)
  })
})
