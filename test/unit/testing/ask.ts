import { request } from 'node:http'
import type { Answer } from '../../support/shape.js'

export interface Question {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back, with the body's bytes as well. */
export interface RawAnswer extends Answer {
  readonly text: string
  /** The value of the only header of that name. */
  readonly header: (name: string) => string | undefined
}

/** Asks over a connection of its own; rejects when no whole answer comes back. */
export function ask(url: string, question: Question = {}): Promise<RawAnswer> {
  const { method = 'GET', path = '/sessions/whoami', headers = {}, body } = question
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url)
    // As it is: parsed as a URL, a path would lose its dot segments.
    const target = `${pathname === '/' ? '' : pathname}${path}`
    const where = { hostname, port, path: target, method, headers, agent: false }
    const outgoing = request(where, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: incoming.statusCode ?? 0,
          headers: pairs(incoming.rawHeaders),
          body: parse(text, incoming.headers['content-type']),
          text,
          header: (name) => incoming.headersDistinct[name.toLowerCase()]?.join(' AND '),
        })
      })
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []))
}

function parse(text: string, contentType = ''): unknown {
  return contentType.startsWith('application/json') && text !== '' ? JSON.parse(text) : text
}
