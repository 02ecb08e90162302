import { Fault } from '../shared/fault.js'
import { isOryRefusal, readJson, readOryError } from './error-body.js'
import type { Sent } from './ory-client.js'
import { createReadLive } from './read-live.js'
import type { ReadLiveSettings } from './read-live.js'
import type { Reply } from './response.js'
import { sessionCookieLines } from './set-cookie.js'
import { unexpectedStatus } from './status-fault.js'
import type { Answer, Question } from './whoami-answer.js'

export interface WhoamiSettings extends ReadLiveSettings {
  readonly isForwardingSetCookie: boolean
}

/**
 * `GET /sessions/whoami`, with exactly one credential and nothing else of the request.
 *
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
 */
export function whoamiRequest({ credential, isForced }: Question): Sent {
  const header = credential.source === 'cookie' ? 'cookie' : 'x-session-token'
  const headers: Record<string, string> = { [header]: credential.value }
  if (isForced) headers['cache-control'] = 'max-age=0'
  return { method: 'GET', route: '/sessions/whoami', headers }
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
  const readLive = createReadLive(settings)

  function read(reply: Reply, question: Q): Answer | Promise<Answer> {
    switch (reply.status) {
      case 200: {
        const setCookie = settings.isForwardingSetCookie
          ? sessionCookieLines(reply.headers['set-cookie'], question.credential)
          : []
        return readLive(reply, question, setCookie)
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
