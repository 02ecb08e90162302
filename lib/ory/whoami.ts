import type { Clock } from '../shared/clock.js'
import type { Answer, KnownSession, Question } from './whoami-answer.js'
import { Fault } from '../shared/fault.js'
import { freezeSession } from '../session/freeze-session.js'
import { parseSession } from '../session/parse-session.js'
import type { LiveSession } from '../session/parse-session.js'
import { applySchema } from '../session/traits-schema.js'
import type { StandardSchema } from '../session/traits-schema.js'
import { sessionCookieLines } from './set-cookie.js'
import { isJson, isOryRefusal, readJson, readOryError } from './error-body.js'
import { createOryTime } from './ory-date.js'
import type { ReadOryTime } from './ory-date.js'
import { unexpectedStatus } from './status-fault.js'
import { readSeconds } from './response.js'
import type { Reply } from './response.js'
import type { Wire } from './ory-client.js'
import type { Signal } from '../shared/lean-abort-signal.js'

export interface WhoamiSettings {
  readonly clock: Clock
  readonly traitsSchema: StandardSchema | undefined
  readonly isForwardingSetCookie: boolean
}

/**
 * Sends `GET /sessions/whoami`, with exactly one credential and nothing else of the request.
 *
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
 */
export function createWhoamiRequest(wire: Wire): (question: Question) => Promise<Reply> {
  return ({ credential, isForced, signal }) => {
    const header = credential.source === 'cookie' ? 'cookie' : 'x-session-token'
    const headers: Record<string, string> = { [header]: credential.value }
    if (isForced) headers['cache-control'] = 'max-age=0'
    return wire.send({ method: 'GET', route: '/sessions/whoami', headers }, signal)
  }
}

/**
 * Asks whose a credential is. `send` ends when the body is in: whatever holds a call back or counts it
 * does so around `send`, because a traits schema may take long after that.
 *
 * Rejects with a `Fault` if there is no usable answer.
 */
export function createWhoami<Q extends Question>(
  send: (question: Q) => Promise<Reply>,
  settings: WhoamiSettings,
): (question: Q) => Promise<Answer> {
  const readOryTime = createOryTime()

  function read(reply: Reply, { credential, known, signal }: Question): Answer | Promise<Answer> {
    switch (reply.status) {
      case 200: {
        const setCookie = settings.isForwardingSetCookie
          ? sessionCookieLines(reply.headers['set-cookie'], credential)
          : []
        return readSession(reply, known, settings, setCookie, readOryTime, signal)
      }
      case 401:
        return readRefusal(reply, settings.clock.monotonic())
      case 403:
        return readStepUp(reply)
      default:
        throw unexpectedStatus(reply)
    }
  }

  return (question) => send(question).then((reply) => read(reply, question))
}

/** Reads a stored 200 of Ory's as if it had just come. Throws a `Fault` if it is no session. */
export function createReadLive(
  settings: WhoamiSettings,
): (reply: Reply, question: Pick<Question, 'known' | 'signal'>) => Answer | Promise<Answer> {
  const readOryTime = createOryTime()
  return (reply, { known, signal }) => readSession(reply, known, settings, [], readOryTime, signal)
}

function readSession(
  reply: Reply,
  known: KnownSession | undefined,
  { clock, traitsSchema }: WhoamiSettings,
  setCookie: readonly string[],
  readOryTime: ReadOryTime,
  signal: Signal,
): Answer | Promise<Answer> {
  const isSame = known?.isReadFrom(reply.body) === true && isJson(reply)
  const live = isSame ? known : parse(reply, traitsSchema === undefined)
  if (live === undefined) return { kind: 'refused', ambiguousSince: undefined }
  const identity = reply.headers['x-kratos-authenticated-identity-id']
  if (identity !== undefined && identity !== live.session.identity.id) {
    throw new Fault('identity_mismatch')
  }
  const now = clock.now()
  const oryNow = readOryTime(reply.headers, live, now)
  const judged = notAfter(Math.max(now, oryNow), live)
  const answer: Answer = {
    kind: 'live',
    live: judged,
    isUnchanged: judged === known,
    text: judged === live && traitsSchema === undefined ? reply.body : undefined,
    cacheForMs: readCacheFor(reply.headers['ory-session-cache-for']),
    oryNow,
    setCookie,
    reply,
  }
  if (traitsSchema === undefined) return answer
  return inTime(applySchema(traitsSchema, live.session), signal).then(() => {
    freezeSession(live.session)
    return answer
  })
}

/** A schema that is late is a fault of the application: `timeout` would say that Ory is away. */
function inTime(applied: Promise<void>, signal: Signal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new Fault('traits', 'the schema took too long'))
    }
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    applied.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp)
    })
  })
}

/**
 * Where our clock is behind, a login would lie in the future, and its age be less than nothing.
 */
function notAfter(time: number, live: LiveSession): LiveSession {
  if (live.authenticatedAt <= time) return live
  const { session, expiresAt, rank, isVerified, methods, bytes } = live
  return {
    session,
    expiresAt,
    authenticatedAt: time,
    rank,
    isVerified,
    methods,
    bytes,
  }
}

/** `isFinal`: no schema has yet a say in it. */
function parse(reply: Reply, isFinal: boolean): LiveSession | undefined {
  try {
    const live = parseSession(readJson(reply), reply.body)
    if (live === undefined) return undefined
    if (isFinal) freezeSession(live.session, live.contents.objects)
    return live
  } catch (error) {
    if (error instanceof TypeError) throw new Fault('invalid_response', error.message)
    if (error instanceof RangeError) throw new Fault('oversized', error.message)
    throw error
  }
}

/**
 * Kratos also answers 401 if its database fails after it has found the session, with a reason of its own.
 */
function readRefusal(reply: Reply, ambiguousSince: number): Answer {
  if (!isOryRefusal(reply)) throw new Fault('invalid_response', '401 that is not of Ory')
  if (/unable to determine aal/i.test(String(readOryError(reply)?.['reason']))) {
    throw new Fault('not_ready', 'Unable to determine AAL')
  }
  return { kind: 'refused', ambiguousSince }
}

function readStepUp(reply: Reply): Answer {
  if (readOryError(reply)?.['id'] !== 'session_aal2_required') throw new Fault('status', '403')
  const url = (readJson(reply) as Record<string, unknown>)['redirect_browser_to']
  return { kind: 'aal_too_low', redirectBrowserTo: typeof url === 'string' ? url : undefined }
}

/** No header is no bound; one that can't be read allows nothing. */
function readCacheFor(header: string | string[] | undefined): number {
  if (header === undefined) return Infinity
  return (readSeconds(header) ?? 0) * 1000
}
