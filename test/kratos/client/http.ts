import { request } from 'node:http'

export interface Sent {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Fields of an HTML form. */
  readonly form?: Readonly<Record<string, string>>
}

export interface Received {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Parsed where it is JSON, the text where it is not. */
  readonly body: unknown
}

/** Sends one request on its own socket, byte for byte as given. Rejects after ten seconds. */
export function send(base: string, { method = 'GET', path, headers, json, form }: Sent) {
  const fields = form && new URLSearchParams(form).toString()
  const payload = json === undefined ? fields : JSON.stringify(json)
  return new Promise<Received>((resolve, reject) => {
    const outgoing = request(
      new URL(base.replace(/\/+$/, '') + path),
      {
        method,
        agent: false,
        signal: AbortSignal.timeout(10_000),
        headers: {
          'user-agent': 'node',
          ...(payload !== undefined && {
            'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
            'content-length': String(Buffer.byteLength(payload)),
          }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: pairs(incoming.rawHeaders),
            body: parse(Buffer.concat(chunks).toString('utf8')),
          })
        })
      },
    )
    outgoing.on('error', (cause) => {
      reject(new Error(`${method} ${path} of ${base} got no answer`, { cause }))
    })
    outgoing.end(payload)
  })
}

/** Every value of a header, in order. */
export function values({ headers }: Received, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

function pairs(raw: readonly string[]): [string, string][] {
  const found: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2) found.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return found
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
