import { STATUS_CODES } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { authenticateWith } from '../auth/authenticate.js'
import type { SessionAuthentication } from '../auth/authenticate.js'
import type { Decide } from '../auth/decide.js'
import { awaitMissing, createMustAwait } from '../auth/must-await.js'
import type { ResolvedPolicy } from '../auth/policy.js'
import type { Settings } from '../options/resolve-options.js'
import type { Counters } from '../resilience/counters.js'
import type { Session } from '../session/session.js'
import type { SessionError } from '../shared/session-error.js'
import { holdWrites } from './hold-writes.js'
import { attachSession, isPropertyTaken } from './request-session.js'
import { varyNames } from './vary.js'

/** Decides about a handshake, as `server.on('upgrade')` passes it. */
export interface SessionUpgradeGuard<S = Session> {
  /**
   * Resolves to the session, or to `undefined` if the socket is gone: denied, answered and closed by the
   * guard, or reset by the client. Neither the socket nor `head` is read before. Until then, a write to the
   * socket closes it and throws `ERR_ORY_AWAIT_MISSING`.
   *
   * @throws what `allow` throws (as a rejection), after a 500 on the socket
   * @see https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2
   */
  (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<S | undefined>
  /** The `Set-Cookie` lines that Ory renewed for a handshake, to send with the 101. Default: none. */
  setCookie(request: IncomingMessage): readonly string[]
}

/** How long a denied client may take to read its answer and leave, in milliseconds. */
const lingerMs = 2_000
const none: readonly string[] = Object.freeze([])
const call = 'guard(request, socket, head)'
const awaited = createMustAwait(['id', 'identity', 'active', 'expires_at'], call)

/** Without this, a forgotten `await` would give a WebSocket to anybody, because a promise is truthy. */
function writtenTooEarly(): TypeError {
  return awaitMissing('The handshake was answered before the guard has decided about it', call)
}

export function createGuardUpgrade(
  settings: Settings,
  decide: Decide,
  counters: Counters,
): (policy: ResolvedPolicy) => SessionUpgradeGuard {
  const vary = varyNames(settings.sources).join(', ')
  const renewed = new WeakMap<IncomingMessage, readonly string[]>()

  function deny(
    error: SessionError,
    setCookie: readonly string[],
    { method }: IncomingMessage,
    socket: Duplex,
  ): void {
    const lines = Object.entries({ ...error.headers, Vary: vary }).map(([n, v]) => `${n}: ${v}`)
    const cookies = setCookie.map((line) => `Set-Cookie: ${line}`)
    const body = JSON.stringify(error)
    answer(socket, error.status, [...lines, ...cookies], body, method === 'HEAD')
  }

  return (policy) => {
    async function guard(request: IncomingMessage, socket: Duplex): Promise<Session | undefined> {
      // Node has taken its own listener away, so a client that resets now would end the process.
      socket.on('error', ignore)
      const release = holdWrites(socket, writtenTooEarly)
      let result: SessionAuthentication
      try {
        result = await authenticateWith(decide, request, policy, counters)
      } catch (thrown) {
        answer(socket, 500, [])
        throw thrown
      } finally {
        release()
      }
      const { error, session, setCookie } = result
      if (socket.destroyed) return undefined
      if (error !== undefined) {
        deny(error, setCookie, request, socket)
        return undefined
      }
      if (setCookie.length > 0) renewed.set(request, setCookie)
      // Without this, express-session's own session would be lost.
      const { property } = settings
      if (!isPropertyTaken(request, property)) attachSession(request, property, session)
      socket.off('error', ignore)
      return session
    }
    const guardAwaited: typeof guard = (request, socket) => awaited(guard(request, socket))
    return Object.assign(guardAwaited, {
      setCookie: (request: IncomingMessage) => renewed.get(request) ?? none,
    })
  }
}

function ignore(): void {
  // The socket closes by itself after an error.
}

/** Writes a whole HTTP/1.1 answer to a raw socket, and closes it. */
function answer(
  socket: Duplex,
  status: number,
  lines: readonly string[],
  body = '',
  isHead = false,
): void {
  if (socket.destroyed) return
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    ...lines,
    `Date: ${new Date().toUTCString()}`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`)
  // Closing with unread data sends a reset, and the client would lose the answer. So frames that came
  // early are read and dropped, until the client leaves.
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.once('close', () => {
    clearTimeout(timer)
  })
}
