import { buildSession } from 'express-ory-session/testing'

/**
 * An Ory in this process, instead of a dispatcher: a hundred thousand calls over sockets would measure the
 * sockets. Each credential has a session and an identity of its own, whose ids end with its number.
 */
export function createMemoryOry(): object {
  const { id, identity } = buildSession()
  const template = JSON.stringify(buildSession())
    .replace(/"id":"[^"]*"/, `"id":"${id}"`)
    .replace(/("identity":\{"id":)"[^"]*"/, `$1"${identity.id}"`)

  async function request({ path, headers }: { path: string; headers: Record<string, string> }) {
    const number = /-(\d+)-/.exec(headers['cookie'] ?? '')?.[1] ?? '0'
    const isWhoami = path === '/sessions/whoami'
    const text = isWhoami
      ? template.replace(id, sessionId(number)).replaceAll(identity.id, identityId(number))
      : '{"status":"ok"}'
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: bodyOf(text),
    }
  }
  return { request, dispatch: request }
}

async function* bodyOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

export const sessionId = (number: number | string): string =>
  `5e551070-0000-4000-8000-${String(number).padStart(12, '0')}`

export const identityId = (number: number | string): string =>
  `1de27170-0000-4000-8000-${String(number).padStart(12, '0')}`
