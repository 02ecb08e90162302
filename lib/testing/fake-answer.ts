/** An HTTP answer of the fake, before it is written. */
export interface FakeAnswer {
  readonly status: number
  /** By name, in the letters that go on the wire. A list is sent as one header for each value. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** An object goes out as JSON in Go's spelling; text and bytes as they are; nothing as no body. */
  readonly body?: string | Uint8Array | object | undefined
}

/** The bytes of a body. */
export function encodeBody(body: FakeAnswer['body']): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  if (typeof body === 'string') return Buffer.from(body)
  return Buffer.from(isBytes(body) ? body : encodeJson(body))
}

/** Not `instanceof`: a test runner's sandbox can have another `Uint8Array`. */
export function isBytes(body: FakeAnswer['body']): body is Uint8Array {
  return ArrayBuffer.isView(body)
}

/** The headers, flat and sorted by name as Go sends them, with the length at the end. */
export function encodeHeaders(answer: FakeAnswer, length: number): string[] {
  const { status, headers } = answer
  const flat = Object.entries(headers)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, value]) => [value].flat().flatMap((single) => [name, single]))
  const isFramed = /(?:^|,)(?:content-length|transfer-encoding)(?:,|$)/i.test(
    Object.keys(headers).join(),
  )
  const hasNoBody = status === 204 || status === 304
  return isFramed || hasNoBody ? flat : [...flat, 'Content-Length', String(length)]
}

// encoding/json escapes what HTML could misread, and its Encoder ends every value with a newline.
function encodeJson(value: object): string {
  const escaped = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${escaped}\n`
}
