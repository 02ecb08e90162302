import type { FakeAnswer } from './fake-answer.js'
import { pathOf, type Context } from './context.js'
import { errorAnswer } from './error-answer.js'
import { flowError, flowFailure, flowInactive } from './flow-error.js'
import { seeOther, wantsJson } from './page.js'
import { readReturnUrl } from './fake-return-url.js'
import type { Route } from './router.js'
import { clearCookie } from './fake-set-cookie.js'
import type { SessionRecord } from './sessions.js'

const badRequest = 'The request was malformed or contained invalid parameters'
const forbidden = 'The requested action was forbidden'

/** How sessions end at Ory. */
export interface Logout {
  /** `/self-service/logout/browser`: the token that the browser takes to the next one. */
  readonly start: Route
  /** `/self-service/logout`: ends the session of the cookie, and takes the cookie back. */
  readonly finish: Route
  /** `/self-service/logout/api`: ends the session of a token. */
  readonly endToken: Route
}

/** The three routes of logging out, check by check in the order of Kratos' own handlers. */
export function createFakeLogout(context: Context): Logout {
  const { registry, jar, csrf, readCaller, settings } = context
  const revoke = (session: SessionRecord): void =>
    registry.putSession({ ...session, isRevoked: true })

  return {
    start(request, database) {
      if (database !== 'running') return flowFailure(request)
      const { open } = readCaller(request)
      if (open === undefined) return flowInactive(request)
      const returnTo = readReturnUrl(request, settings)
      if ('refusal' in returnTo) return returnTo.refusal
      const { logoutToken: token } = open.session
      const query = new URLSearchParams({
        ...(returnTo.url === undefined ? {} : { return_to: returnTo.url }),
        token,
      })
      return {
        status: 200,
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body: {
          logout_url: `${settings.publicUrl}/self-service/logout?${query.toString()}`,
          logout_token: token,
        },
      }
    },
    finish(request, database) {
      const token = request.query.get('token') ?? ''
      if (token === '') {
        const reason = 'Please include a token in the URL query.'
        return flowError(request, 400, { reason, message: badRequest })
      }
      if (database !== 'running') return flowFailure(request)
      const { open } = readCaller(request)
      if (open === undefined) return flowInactive(request)
      if (open.session.logoutToken !== token) {
        const reason =
          'Unable to log out because the logout token in the URL query does not match the session cookie.'
        return flowError(request, 403, { reason, message: forbidden })
      }
      revoke(open.session)
      const value = jar.issue(open.session, registry.now().ms)
      const taken = {
        'Set-Cookie': [clearCookie(settings.cookieName, value), ...csrf.renew(request)],
      }
      // Where it leads is looked at last: the session is over all the same.
      const returnTo = readReturnUrl(request, settings)
      if ('refusal' in returnTo) return withHeaders(returnTo.refusal, taken)
      if (wantsJson(request)) return { status: 204, headers: taken }
      return seeOther(returnTo.url ?? pathOf(context, '/login/browser'), taken)
    },
    endToken({ headers, body }, database) {
      const token = readToken(headers['content-type']?.[0] ?? '', body)
      if (token === undefined) {
        return errorAnswer(400, { reason: complaint(body), message: badRequest })
      }
      if (database !== 'running') return errorAnswer(500, { message: 'Unable to locate the table' })
      // One that is over already does as well.
      const session = registry.sessionOf(token)
      if (session === undefined) {
        const reason =
          'The provided Ory Session Token could not be found, is invalid, or otherwise malformed.'
        return errorAnswer(403, { reason, message: forbidden })
      }
      revoke(session)
      return { status: 204, headers: {} }
    },
  }
}

function withHeaders(answer: FakeAnswer, headers: FakeAnswer['headers']): FakeAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

/** As Go reads it into a struct: `null` and a missing member leave the token empty. */
function readToken(contentType: string, body: string): string | undefined {
  if (!/^application\/json(?:;|$)/i.test(contentType)) return undefined
  try {
    const sent = (JSON.parse(body) ?? {}) as { session_token?: unknown }
    const { session_token: token = '' } = sent
    const isStruct = typeof sent === 'object' && !Array.isArray(sent)
    return isStruct && typeof token === 'string' ? token : undefined
  } catch {
    return undefined
  }
}

function complaint(body: string): string {
  return body === ''
    ? 'Unable to decode HTTP Request Body because its HTTP Header "Content-Length" is zero.'
    : 'Unable to decode JSON payload.'
}
