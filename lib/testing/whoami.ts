import type { AuthenticatorAssuranceLevel } from '../session/session.js'
import type { FakeAnswer } from './answer.js'
import { cookiesNamed } from './cookie-header.js'
import type { CookieJar, ReadCookie } from './cookie-jar.js'
import { aal2Required, errorAnswer, unauthorized, unknownTemplate } from './error-answer.js'
import { isBefore } from './instant.js'
import type { Settings } from './options.js'
import type { Registry } from './registry.js'
import type { Route } from './routes.js'
import { readSessionToken } from './session-credential.js'
import type { SessionRecord } from './sessions.js'
import { setCookie } from './set-cookie.js'
import { createTokenizer } from './tokenizer.js'

/** `/sessions/whoami`, check by check in the order of Kratos' own handler. */
export function createWhoami(
  registry: Registry,
  jar: CookieJar,
  settings: Settings & { readonly publicUrl: string },
): Route {
  const tokenize = createTokenizer(settings.publicUrl)

  /** Whoami brings a new cookie while the browser's one says an earlier end than the database. */
  const renewal = (cookie: ReadCookie, session: SessionRecord): FakeAnswer['headers'] => {
    if (cookie.kind !== 'decoded' || !isBefore(cookie.expiresAt, session.expiresAt)) return {}
    const now = registry.now().ms
    const value = jar.issue(session, now)
    return { 'Set-Cookie': setCookie(settings.cookieName, value, session.expiresAt.ms, now) }
  }

  return ({ headers, query }, database) => {
    const requestId = headers['x-request-id']?.[0]
    const cookie = jar.read(cookiesNamed(settings.cookieName, headers['cookie'] ?? []))
    const token = readSessionToken(headers, cookie)
    if (token === '') {
      const cacheFor = settings.cacheableSessions ? { 'Ory-Session-Cache-For': '60' } : {}
      return unauthorized(requestId, cacheFor)
    }
    const found = database === 'running' ? registry.open(token) : undefined
    if (found === undefined) return unauthorized(requestId)
    const { session, identity } = found
    if (lacksFactor(session.level, settings.requiredAal, identity.secondFactor)) {
      return aal2Required(settings.publicUrl)
    }
    const template = query.get('tokenize_as') ?? ''
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

function lacksFactor(
  level: AuthenticatorAssuranceLevel,
  required: Settings['requiredAal'],
  hasSecondFactor: boolean,
): boolean {
  if (level > 'aal1') return false
  return required === 'aal1' ? level < 'aal1' : hasSecondFactor
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
