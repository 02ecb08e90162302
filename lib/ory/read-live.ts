import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import { freezeSession } from '../session/freeze-session.js'
import { parseSession } from '../session/parse-session.js'
import type { LiveSession } from '../session/parse-session.js'
import { applySchema } from '../session/traits-schema.js'
import type { StandardSchema } from '../session/traits-schema.js'
import { isJson, readJson } from './error-body.js'
import { createOryDate } from './ory-date.js'
import { readSeconds } from './response.js'
import type { Reply } from './response.js'
import type { Answer, Question } from './whoami-answer.js'

export interface ReadLiveSettings {
  readonly clock: Clock
  readonly traitsSchema: StandardSchema | undefined
}

/** Reads a 200 of Ory's, whether it has just come or was stored. Throws a `Fault` if it is no session. */
export type ReadLive = (
  reply: Reply,
  question: Pick<Question, 'known' | 'signal'>,
  setCookie?: readonly string[],
) => Answer | Promise<Answer>

const none: readonly string[] = []

export function createReadLive({ clock, traitsSchema }: ReadLiveSettings): ReadLive {
  const readOryDate = createOryDate()

  return (reply, { known, signal }, setCookie = none) => {
    const isSame = known?.isReadFrom(reply.body) === true && isJson(reply)
    const live = isSame ? known : parse(reply, traitsSchema === undefined)
    if (live === undefined) return { kind: 'refused', ambiguousSince: undefined }
    const identity = reply.headers['x-kratos-authenticated-identity-id']
    if (identity !== undefined && identity !== live.session.identity.id) {
      throw new Fault('identity_mismatch')
    }
    const now = clock.now()
    const oryNow = readOryDate(reply.headers, live, now)
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

/** No header is no bound; one that can't be read allows nothing. */
function readCacheFor(header: string | string[] | undefined): number {
  if (header === undefined) return Infinity
  return (readSeconds(header) ?? 0) * 1000
}
