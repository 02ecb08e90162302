import type { IncomingMessage } from 'node:http'

/** The part of a request that the fake's answers hang on. */
export interface FakeRequest {
  readonly method: string
  /** With its percent-encoding undone, as a router reads it. */
  readonly path: string
  /** The target as it came, below the base path. */
  readonly target: string
  readonly query: URLSearchParams
  /** Every value of every header, by lower-case name. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly body: string
}

const maxBodyLength = 64 * 1024

export function readRequest(message: IncomingMessage, basePath: string): FakeRequest {
  const { url = '/' } = message
  // What lies outside of the API keeps its path, and so finds no route.
  const target = url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : `outside:${url}`
  const [path = '', ...query] = target.split('?')
  return {
    method: message.method ?? 'GET',
    path: decode(path),
    target,
    query: new URLSearchParams(query.join('?')),
    headers: message.headersDistinct,
    body: '',
  }
}

/** Calls back with the body, at once if there is none, and never if it does not come whole. */
export function readBody(message: IncomingMessage, act: (body: string) => void): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = message.headers
  if (length === '0' && encoding === undefined) {
    message.resume()
    act('')
    return
  }
  const chunks: Buffer[] = []
  let size = 0
  message.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > maxBodyLength) message.destroy()
    else chunks.push(chunk)
  })
  message.once('end', () => act(Buffer.concat(chunks).toString()))
}

// A slash that came encoded is none to a router.
function decode(path: string): string {
  try {
    return path.split(/(%2f)/i).map(decodePart).join('')
  } catch {
    return path
  }
}

function decodePart(part: string, index: number): string {
  return index % 2 === 0 ? decodeURIComponent(part) : part
}
