import { findingOfFault, showReply } from './came.js'
import type { Check, Finding } from './check.js'
import { findObstacle } from './cookie-reach.js'
import { askWithSession, linesOf, startLogin } from './questions.js'
import { readSetCookie, showCookie } from './set-cookie-line.js'
import type { CookieAttributes } from './set-cookie-line.js'
import type { Subject } from './subject.js'

const byCsrf =
  ' Judged by the CSRF cookie of a new login, which has the attributes of cookies.*; session.cookie.* may differ from these.'
const alwaysLax =
  ' Its SameSite tells nothing: Kratos sets Lax on a CSRF cookie that is not Secure, as with --dev.'

/** Whether the session cookie that Ory sets reaches the application. */
export const cookie: Check = {
  name: 'cookie',
  async run(subject) {
    const asked = 'the attributes of the cookies that Ory sets, against `appUrl` and `cookieName`'
    const own = subject.attributes ?? (await findRenewed(subject))
    if (own !== undefined) return judge(subject, own, asked, '')
    const { reply, fault } = await startLogin(subject)
    if (fault !== undefined) return findingOfFault(asked, fault)
    if (reply.status !== 200) return noLogin(asked, showReply(reply, subject.url), reply.status)
    const cookies = linesOf(reply.headers['set-cookie']).map(readSetCookie)
    const csrf = cookies.find(({ name }) => /csrf/i.test(name))
    if (csrf === undefined) {
      return {
        outcome: 'wrong',
        asked,
        came: `${showReply(reply, subject.url)}, without a cookie`,
        means:
          'The start of a login sets no cookie here, as behind a proxy that removes it. A browser then cannot log in.',
        fix: 'Let the proxy in front of Ory pass Set-Cookie on.',
      }
    }
    return judge(subject, csrf, asked, csrf.isSecure ? byCsrf : `${byCsrf}${alwaysLax}`)
  },
}

/** The session cookie, when Ory renews it in its answer. */
async function findRenewed(subject: Subject): Promise<CookieAttributes | undefined> {
  if (subject.credential?.source !== 'cookie') return undefined
  const { reply } = await askWithSession(subject)
  const lines = linesOf(reply?.headers['set-cookie'])
  return lines.map(readSetCookie).find(({ name }) => subject.isSessionCookie(name))
}

function judge(
  { appUrl, browserUrl }: Subject,
  found: CookieAttributes,
  asked: string,
  source: string,
): Finding {
  const came = showCookie(found)
  if (appUrl === undefined) {
    return {
      outcome: 'skipped',
      asked,
      came,
      means: `Whether it reaches the application cannot be checked without \`appUrl\`.${source}`,
      fix: 'Name the application by --app-url.',
    }
  }
  const obstacle = findObstacle(found, browserUrl, appUrl)
  if (obstacle !== undefined) {
    return { ...obstacle, asked, came, means: `${obstacle.means}${source}` }
  }
  return {
    outcome: 'ok',
    asked,
    came,
    means: `Browsers send the session cookie to ${appUrl.origin}.${source}`,
    ...(source !== '' && {
      fix: 'To have session.cookie.* judged, set ORY_SESSION_COOKIE to the whole Set-Cookie line of a login.',
    }),
  }
}

function noLogin(asked: string, came: string, status: number): Finding {
  return {
    outcome: status === 429 ? 'skipped' : 'warning',
    asked,
    came,
    means: 'Ory starts no login for browsers here, so its cookies cannot be seen.',
    fix: 'Let the proxy in front of Ory pass /self-service/ on; or set ORY_SESSION_COOKIE to the whole Set-Cookie line of a login.',
  }
}
