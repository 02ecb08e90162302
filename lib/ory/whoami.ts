import type { Clock } from '../shared/clock.js'
import type { Answer, KnownSession, Question, Whoami } from './whoami-answer.js'
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

export interface WhoamiSettings {
  readonly clock: Clock
  readonly traitsSchema: StandardSchema | undefined
  readonly isForwardingSetCookie: boolean
}

/**
 * Asks Ory's `GET /sessions/whoami`, with exactly one credential and nothing else of the request.
 *
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
 */
export function createWhoami(wire: Wire, settings: WhoamiSettings): Whoami {
  const readOryTime = createOryTime()

  function read(reply: Reply, { credential, known }: Question): Answer | Promise<Answer> {
    switch (reply.status) {
      case 200: {
        const setCookie = settings.isForwardingSetCookie
          ? sessionCookieLines(reply.headers['set-cookie'], credential)
          : []
        return readSession(reply, known, settings, setCookie, readOryTime)
      }
      case 401:
        return readRefusal(reply, settings.clock.monotonic())
      case 403:
        return readStepUp(reply)
      default:
        throw unexpectedStatus(reply)
    }
  }

  return (question) => {
    const { credential, isForced, signal } = question
    const header = credential.source === 'cookie' ? 'cookie' : 'x-session-token'
    const headers: Record<string, string> = { [header]: credential.value }
    if (isForced) headers['cache-control'] = 'max-age=0'
    return wire
      .send({ method: 'GET', route: '/sessions/whoami', headers }, signal)
      .then((reply) => read(reply, question))
  }
}

function readSession(
  reply: Reply,
  known: KnownSession | undefined,
  { clock, traitsSchema }: WhoamiSettings,
  setCookie: readonly string[],
  readOryTime: ReadOryTime,
): Answer | Promise<Answer> {
  const isSame = known?.isReadFrom(reply.body) === true && isJson(reply)
  const live = isSame ? known : parse(reply, traitsSchema === undefined)
  if (live === undefined) return { kind: 'refused', doubtfulSince: undefined }
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
  }
  if (traitsSchema === undefined) return answer
  return applySchema(traitsSchema, live.session).then(() => {
    freezeSession(live.session)
    return answer
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

function readRefusal(reply: Reply, doubtfulSince: number): Answer {
  if (!isOryRefusal(reply)) throw new Fault('invalid_response', '401 that is not of Ory')
  return { kind: 'refused', doubtfulSince }
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
