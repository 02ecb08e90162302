import type { Dispatcher } from 'undici'
import type { SessionRequest } from '../../../../lib/credential/request-headers.js'
import type { FakeClock } from '../../support/fake-clock.js'
import {
  brokenSocket,
  emptyReply,
  jsonReply,
  pageReply,
  refusalReply,
  type Reply,
} from '../../support/reply.js'
import { identityBody, sessionBody } from '../../support/session-body.js'

/** Who asks. Two credentials of one session, another session of the same user, and an unknown caller. */
export const users = {
  token: { session: 's0', identity: 'i0' },
  cookie: { session: 's0', identity: 'i0' },
  otherSession: { session: 's1', identity: 'i0' },
  otherPerson: { session: 's2', identity: 'i1' },
} as const

export type Who = keyof typeof users
export const everybody = Object.keys(users) as Who[]

const cookieName = 'ory_kratos_session'

export function requestOf(who: Who): SessionRequest {
  return who === 'cookie'
    ? { headers: { cookie: `a=1; ${cookieName}=cookie; b=2` } }
    : { headers: { 'x-session-token': `ory_st_${who}` } }
}

/** What Ory says when its turn comes. */
export type Script =
  | {
      readonly kind: 'live'
      readonly aal: 'aal1' | 'aal2'
      readonly expiresInMs: number
      /** The header `Ory-Session-Cache-For`. */
      readonly cacheFor: string | undefined
      readonly renewsCookie: boolean
    }
  | { readonly kind: 'refused' | 'aal_too_low' }
  | { readonly kind: 'fault'; readonly how: 500 | 404 | 429 | 'html' | 'reset' }

/** A moment on both clocks, and its position in the order of all that happened. */
export interface Moment {
  readonly order: number
  readonly now: number
  readonly monotonic: number
}

/** One whoami call. Its number is in the session that answers it. */
export interface Call {
  readonly number: number
  readonly who: Who
  readonly isForced: boolean
  readonly began: Moment
  ended: (Moment & { readonly script: Script; readonly expiresAt: number }) | undefined
  readonly answer: (script: Script) => void
}

/** Ory, and the order in which things happen there and here. */
export interface World {
  readonly calls: readonly Call[]
  readonly dispatcher: Dispatcher
  moment(): Moment
}

type Options = Dispatcher.RequestOptions & { headers: Record<string, string> }

/** An Ory that answers each call when the test says so. */
export function createWorld(
  clock: FakeClock,
  onCall: (call: Call) => void = () => undefined,
): World {
  const calls: Call[] = []
  let order = 0

  function moment(): Moment {
    order += 1
    return { order, now: clock.now(), monotonic: clock.monotonic() }
  }

  function request({ path, headers }: Options): Promise<Reply> {
    const { cookie, 'x-session-token': token, 'cache-control': cacheControl } = headers
    if (path === '/self-service/logout/api') return Promise.resolve(emptyReply(204))
    if (path === '/health/ready') return Promise.resolve(jsonReply(200, { status: 'ok' }))
    if (path !== '/sessions/whoami') throw new Error(`Nobody should ask for ${path}`)
    const who = cookie === `${cookieName}=cookie` ? 'cookie' : token?.replace('ory_st_', '')
    if (!everybody.includes(who as Who) || (cookie !== undefined && token !== undefined)) {
      throw new Error('Exactly one credential should have come')
    }
    return new Promise((resolve, reject) => {
      const call: Call = {
        number: calls.length,
        who: who as Who,
        isForced: cacheControl === 'max-age=0',
        began: moment(),
        ended: undefined,
        answer(script) {
          const expiresInMs = script.kind === 'live' ? script.expiresInMs : 0
          const expiresAt = Math.floor(clock.now() + expiresInMs)
          call.ended = { ...moment(), script, expiresAt }
          if (script.kind === 'fault' && script.how === 'reset') {
            reject(brokenSocket())
          } else {
            resolve(replyTo(call, script, expiresAt))
          }
        },
      }
      calls.push(call)
      onCall(call)
    })
  }

  return { calls, dispatcher: { request, dispatch: request } as unknown as Dispatcher, moment }
}

function replyTo({ number, who }: Call, script: Script, expiresAt: number): Reply {
  switch (script.kind) {
    case 'live': {
      const { session, identity } = users[who]
      const body = sessionBody({
        id: session,
        expires_at: new Date(expiresAt).toISOString(),
        authenticator_assurance_level: script.aal,
        identity: identityBody({ id: identity, traits: { number } }),
      })
      return jsonReply(200, body, {
        'x-kratos-authenticated-identity-id': identity,
        ...(script.cacheFor === undefined ? {} : { 'ory-session-cache-for': script.cacheFor }),
        ...(script.renewsCookie
          ? { 'set-cookie': `${cookieName}=renewed-${String(number)}; Path=/` }
          : {}),
      })
    }
    case 'refused':
      return refusalReply(401)
    case 'aal_too_low':
      return jsonReply(403, { error: { id: 'session_aal2_required', code: 403 } })
    case 'fault':
      return script.how === 'html'
        ? pageReply()
        : jsonReply(Number(script.how), { error: { code: script.how } })
  }
}
