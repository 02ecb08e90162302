import type { FakeAnswer } from './fake-answer.js'
import type { ReadCookie } from './cookie-jar.js'
import type { Context } from './context.js'
import {
  aal2Required,
  errorAnswer,
  unauthorized,
  undeterminableAal,
  unknownTemplate,
} from './error-answer.js'
import { isBefore } from './timestamp.js'
import type { Settings } from './fake-options.js'
import { lacksFactor } from './registry.js'
import type { Route } from './router.js'
import type { SessionRecord } from './sessions.js'
import { setCookie } from './fake-set-cookie.js'
import { createTokenizer } from './tokenizer.js'

/** `/sessions/whoami`, check by check in the order of Kratos' own handler. */
export function createFakeWhoami({ registry, jar, readCaller, settings }: Context): Route {
  const tokenize = createTokenizer(settings.publicUrl)

  /** Whoami brings a new cookie while the browser's one says an earlier end than the database. */
  const renewal = (cookie: ReadCookie, session: SessionRecord): FakeAnswer['headers'] => {
    if (cookie.kind !== 'decoded' || !isBefore(cookie.expiresAt, session.expiresAt)) return {}
    const now = registry.now().ms
    const value = jar.issue(session, now)
    return { 'Set-Cookie': setCookie(settings.cookieName, value, session.expiresAt.ms, now) }
  }

  return (request, database) => {
    const requestId = request.headers['x-request-id']?.[0]
    const { cookie, token, open } = readCaller(request)
    if (token === '') {
      const cacheFor = settings.cacheableSessions ? { 'Ory-Session-Cache-For': '60' } : {}
      return unauthorized(requestId, cacheFor)
    }
    const isFound = database === 'running' || database === 'half-broken'
    if (open === undefined || !isFound) return unauthorized(requestId)
    if (database === 'half-broken') return undeterminableAal(requestId)
    const { session, identity } = open
    if (lacksFactor(open, settings.requiredAal)) {
      return aal2Required(settings.publicUrl)
    }
    const template = request.query.get('tokenize_as') ?? ''
    if (template !== '' && !settings.tokenizerTemplates.includes(template)) {
      return unknownTemplate(template, requestId)
    }
    const whose = { 'X-Kratos-Authenticated-Identity-Id': identity.id }
    const cacheFor = template === '' ? cacheability(session, registry.now().ms, settings) : {}
    if (cookie.kind === 'undecodable') {
      const detail = { request: requestId, message: cookie.complaint }
      return errorAnswer(500, detail, { ...whose, ...cacheFor })
    }
    const body = registry.body(session)
    return {
      status: 200,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        ...whose,
        ...cacheFor,
        ...renewal(cookie, session),
      },
      body: template === '' ? body : { ...body, tokenized: tokenize(body, registry.now().ms) },
    }
  }
}

function cacheability(
  session: SessionRecord,
  now: number,
  settings: Settings,
): FakeAnswer['headers'] {
  if (!settings.cacheableSessions) return {}
  const cap = settings.cacheableSessionsMaxAgeMs || Number.POSITIVE_INFINITY
  const seconds = Math.round(Math.min(session.expiresAt.ms - now, cap) / 1000)
  return { 'Ory-Session-Cache-For': String(seconds) }
}
