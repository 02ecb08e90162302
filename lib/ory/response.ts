import { Fault } from '../shared/fault.js'

/** What came over the wire, whole. */
export interface Reply {
  readonly status: number
  /** Names in lower case; a list if a header was repeated. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Longest body that is read, in bytes; a session has about 1,500. */
const maxBodyBytes = 256 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A header as a number of seconds; `undefined` if it is none. */
export function readSeconds(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined
}

/** A body while it comes in. */
export class Body {
  #chunks: Buffer[] | undefined
  #size = 0

  /** @throws Fault `invalid_response` if the body is encoded, although no encoding was asked for */
  constructor({ 'content-encoding': encoding }: Reply['headers']) {
    if (encoding !== undefined && encoding !== 'identity')
      throw new Fault('invalid_response', 'encoded body')
  }

  /** @throws Fault `oversized` */
  add(chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > maxBodyBytes) throw new Fault('oversized')
    // Most come in one piece; to push to an empty list makes room for sixteen more.
    if (this.#chunks === undefined) this.#chunks = [chunk]
    else this.#chunks.push(chunk)
  }

  /** @throws Fault `invalid_response` if the body is not UTF-8 */
  text(): string {
    const chunks = this.#chunks ?? []
    try {
      return decoder.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, this.#size))
    } catch {
      throw new Fault('invalid_response', 'not UTF-8')
    }
  }
}
