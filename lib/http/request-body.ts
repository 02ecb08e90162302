import type { IncomingMessage } from 'node:http'

/** Why a body cannot be read: what is wrong, for the caller. */
export interface UnreadableBody {
  readonly status: 400 | 413
  readonly detail: string
}

/** What came of reading a body; `'gone'`: the client went away meanwhile. */
export type BodyRead = { readonly json: unknown } | UnreadableBody | 'gone'

/**
 * Reads a JSON body, from the stream or from `request.body` when a body parser has read it already.
 * Nothing of the body is in what it answers.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<BodyRead> {
  const tooLarge: UnreadableBody = {
    status: 413,
    detail: `The body may have ${String(maxBytes)} bytes at most.`,
  }
  // Also of a body that a parser has read already.
  if (Number(request.headers['content-length']) > maxBytes) return tooLarge
  const { body } = request as { body?: unknown }
  if (isParsed(body)) return { json: body }
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    return Buffer.byteLength(body) > maxBytes ? tooLarge : parse(Buffer.from(body))
  }
  if (request.readableEnded) {
    return { status: 400, detail: 'The body is empty, or a parser before this has not kept it.' }
  }
  const bytes = await readStream(request, maxBytes)
  if (bytes === 'gone') return bytes
  return bytes === 'too-large' ? tooLarge : parse(bytes)
}

/** By listeners: leaving a loop over the stream would destroy the socket, and with it the answer. */
function readStream(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'too-large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer | string) => {
      const bytes = Buffer.from(chunk as string)
      size += bytes.length
      if (size <= maxBytes) chunks.push(bytes)
      else {
        request.pause()
        resolve('too-large')
      }
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', () => resolve('gone'))
    request.once('close', () => resolve('gone'))
  })
}

// body-parser leaves an empty object for a body that it did not read.
function isParsed(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return false
  return Array.isArray(body) || Object.keys(body).length > 0
}

function parse(bytes: Buffer): BodyRead {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { json: JSON.parse(text) as unknown }
  } catch {
    return { status: 400, detail: 'The body is no JSON.' }
  }
}
