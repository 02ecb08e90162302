import type { Dispatcher } from 'undici'

/** As much of what a dispatcher resolves to as is looked at. */
export type Reply = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> & { body: unknown }

export function jsonReply(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const type = { 'content-type': 'application/json' }
  return { statusCode, headers: { ...type, ...headers }, body: once(JSON.stringify(body)) }
}

/** What Ory says to those whom it does not know. */
export function refusalReply(statusCode: 401 | 403): Reply {
  return jsonReply(statusCode, { error: { code: statusCode, message: 'no' } })
}

/** What a proxy says. */
export function pageReply(): Reply {
  return { statusCode: 200, headers: { 'content-type': 'text/html' }, body: once('<html>') }
}

export function emptyReply(statusCode: number): Reply {
  return { statusCode, headers: {}, body: once('') }
}

/** What a socket rejects with that broke. */
export function brokenSocket(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'UND_ERR_SOCKET' })
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}
