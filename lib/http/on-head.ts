import type { ServerResponse } from 'node:http'

type WriteHead = (...given: unknown[]) => ServerResponse

/**
 * Runs a function when the head of a response is written, with all headers of that head to be read and
 * set by `getHeader` and `setHeader`. Does nothing for a response without `writeHead`.
 *
 * Middleware that was mounted before, such as one with the package on-headers, may set headers after that.
 * So the function runs again after each change, and must change nothing the second time.
 */
export function onHead(response: ServerResponse, run: () => void): void {
  // Node calls it for a head that nobody writes, too, under HTTP/2 as well.
  const { writeHead } = response as { writeHead?: WriteHead }
  if (typeof writeHead !== 'function') return
  const ours: WriteHead = (...given) => {
    response.writeHead = writeHead
    const rest = setGiven(response, given)
    run()
    const stop = afterEachChange(response, run)
    try {
      return writeHead.apply(response, rest)
    } finally {
      stop()
    }
  }
  response.writeHead = ours
}

const changing = ['setHeader', 'appendHeader', 'setHeaders', 'removeHeader'] as const

type Method = (...given: unknown[]) => unknown

/** Runs a function after each change of a header. Returns the function that ends that. */
function afterEachChange(response: ServerResponse, run: () => void): () => void {
  let isRunning = false
  const runOnce = (): void => {
    if (isRunning || response.headersSent) return
    isRunning = true
    try {
      run()
    } finally {
      isRunning = false
    }
  }
  const undo = changing.map((name) =>
    replaceMethod(response, name, (method) => (...given) => {
      const result = method.apply(response, given)
      runOnce()
      return result
    }),
  )
  // The `writeHead` of HTTP/2 sets the headers that it is given without any of these methods.
  const { stream } = response as { stream?: object | null }
  if (stream !== undefined && stream !== null) {
    undo.push(
      replaceMethod(stream, 'respond', (respond) => (...given) => {
        runOnce()
        return respond.apply(stream, given)
      }),
    )
  }
  return () => {
    for (const putBack of undo) putBack()
  }
}

/** Puts another method there, if there is one. Returns the function that puts it back. */
function replaceMethod(owner: object, name: string, replace: (method: Method) => Method): Method {
  const own = Object.getOwnPropertyDescriptor(owner, name)
  const method: unknown = Reflect.get(owner, name)
  if (typeof method !== 'function') return () => undefined
  Reflect.set(owner, name, replace(method as Method))
  return () =>
    own === undefined
      ? Reflect.deleteProperty(owner, name)
      : Reflect.defineProperty(owner, name, own)
}

/** Sets the headers among the arguments of `writeHead`, and returns the other arguments. */
function setGiven(response: ServerResponse, given: unknown[]): unknown[] {
  const [status, reason, last] = given
  const isText = typeof reason === 'string'
  const headers: unknown = isText ? last : (last ?? reason)
  if (typeof headers !== 'object' || headers === null) return given
  const entries = Array.isArray(headers) ? readList(headers) : Object.entries(headers)
  // Node has an error of its own for a list that is none.
  if (entries === undefined) return given
  for (const [name, value] of entries) response.setHeader(name, value as string)
  return isText ? [status, reason] : [status]
}

/** Names and values in turn, or as pairs; a name that comes twice has a list of values. */
function readList(list: readonly unknown[]): Iterable<[string, unknown]> | undefined {
  const flat: readonly unknown[] = Array.isArray(list[0]) ? list.flat() : list
  if (flat.length % 2 !== 0) return undefined
  const values = new Map<string, unknown[]>()
  for (let index = 0; index < flat.length; index += 2) {
    const name = String(flat[index]).toLowerCase()
    const value = flat[index + 1]
    values.set(name, [
      ...(values.get(name) ?? []),
      ...(Array.isArray(value) ? (value as unknown[]) : [value]),
    ])
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? all[0] : all])
}
