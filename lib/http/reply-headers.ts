import type { FrameworkResponse } from './framework-guard.js'

/** What is needed of Fastify's reply. */
export interface ReplyHeaders {
  getHeader(name: string): unknown
  removeHeader(name: string): unknown
  header(name: string, value: unknown): unknown
}

/** The headers of Fastify's reply by the names of Node's methods. */
export function replyHeaders(reply: ReplyHeaders): FrameworkResponse {
  return {
    getHeader: (name) => reply.getHeader(name),
    setHeader(name, value) {
      // `header` adds to a Set-Cookie that is there.
      reply.removeHeader(name)
      reply.header(name, value)
    },
  }
}
