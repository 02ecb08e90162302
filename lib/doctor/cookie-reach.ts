import { isPublicSuffix } from './public-suffix.js'
import { isBelow, isWithin } from './set-cookie-line.js'
import type { CookieAttributes } from './set-cookie-line.js'

/** Why a cookie does not come with requests to the application, and how to mend it. */
export interface CookieObstacle {
  readonly outcome: 'wrong' | 'warning'
  readonly means: string
  readonly fix: string
}

const isOryNetwork = (host: string): boolean => /\.(?:oryapis\.com|ory\.dev)$/.test(host)
const isLoopback = (host: string): boolean =>
  /^(?:localhost|.*\.localhost|127\..*|\[::1\])$/.test(host)

/**
 * Finds what keeps a cookie of Ory from the application, in the order in which a browser judges.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-5.4
 */
export function findObstacle(
  cookie: CookieAttributes,
  browserUrl: URL,
  appUrl: URL,
): CookieObstacle | undefined {
  const [ory, app] = [browserUrl.hostname, appUrl.hostname]
  const { path, isSecure, sameSite } = cookie
  // A browser takes a public suffix that is the very host for no Domain at all (RFC 6265 §5.3).
  const domain = cookie.domain === ory && isPublicSuffix(ory) ? undefined : cookie.domain
  if (domain !== undefined && isWithin(ory, domain) && isPublicSuffix(domain)) {
    return {
      outcome: 'wrong',
      means: `Browsers reject the cookie: ${domain} is a public suffix, below which are sites of others. Nobody can log in.`,
      fix: fixOfHost(ory, app),
    }
  }
  if (domain !== undefined && !isWithin(ory, domain)) {
    return {
      outcome: 'wrong',
      means: `Browsers reject the cookie: ${ory} may not set one for ${domain}. Nobody can log in.`,
      fix: `Set session.cookie.domain (and cookies.domain) of Kratos to a domain that both ${ory} and ${app} are within, or send browsers to Ory on such a host by \`browserUrl\`.`,
    }
  }
  const reaches = domain === undefined ? app === ory : isWithin(app, domain)
  if (!reaches) {
    return {
      outcome: 'wrong',
      means: `Browsers keep the session cookie for ${domain ?? ory} and do not send it to ${app}: each request of a logged-in user has no session.`,
      fix: fixOfHost(ory, app),
    }
  }
  if (!isBelow(appUrl.pathname, path)) {
    return {
      outcome: 'wrong',
      means: `Browsers send the cookie below ${path} alone, and the application is at ${appUrl.pathname}.`,
      fix: 'Set session.cookie.path (and cookies.path) of Kratos to /.',
    }
  }
  if (isSecure && browserUrl.protocol === 'http:' && !isLoopback(ory)) {
    return {
      outcome: 'wrong',
      means: `Browsers reject the cookie: it is Secure, and Ory is at ${browserUrl.origin}, over http. Nobody can log in.`,
      fix: 'Serve Ory over https, and set serve.public.base_url of Kratos and `browserUrl` to that.',
    }
  }
  if (isSecure && appUrl.protocol === 'http:') {
    return {
      outcome: isLoopback(app) ? 'warning' : 'wrong',
      means: isLoopback(app)
        ? 'The cookie is Secure and the application speaks http. Chrome and Firefox make an exception for loopback, Safari and most tools do not.'
        : 'The cookie is Secure, so browsers do not send it to an application over http.',
      fix: 'Serve the application over https; for development start Kratos with --dev.',
    }
  }
  if (sameSite === 'none' && !isSecure) {
    return {
      outcome: 'wrong',
      means: 'Browsers reject a cookie with SameSite=None that is not Secure.',
      fix: 'Set session.cookie.same_site (and cookies.same_site) of Kratos to Lax, or serve Ory over https.',
    }
  }
  if (sameSite === 'strict') {
    return {
      outcome: 'warning',
      means:
        'With SameSite=Strict a browser that follows a link from another site, such as a mail, sends no cookie, and is sent to the login although its user is logged in.',
      fix: 'Set session.cookie.same_site (and cookies.same_site) of Kratos to Lax.',
    }
  }
  return undefined
}

function fixOfHost(ory: string, app: string): string {
  if (isLoopback(ory) && isLoopback(app)) {
    return `Use one host name for both: ${app} in the address of Ory (serve.public.base_url and \`browserUrl\`), or ${ory} in that of the application. Ports do not matter to cookies.`
  }
  if (isOryNetwork(ory)) {
    return isLoopback(app)
      ? 'Run `ory tunnel` beside the application, and set `browserUrl` to the address of the tunnel. In production add a custom domain to the Ory project.'
      : `Add a custom domain to the Ory project that shares its parent domain with ${app}, and set \`browserUrl\` to it.`
  }
  const shared = commonParent(ory, app)
  return shared === undefined
    ? `Serve Ory on a host below the same domain as ${app}, for example by a path of ${app} in the proxy.`
    : `Set session.cookie.domain and cookies.domain of Kratos to ${shared}.`
}

/** The domain that both hosts are within, and for which browsers take cookies. */
function commonParent(one: string, other: string): string | undefined {
  const [a, b] = [one.split('.').reverse(), other.split('.').reverse()]
  const count = a.findIndex((label, index) => label !== b[index])
  const labels = a.slice(0, count === -1 ? a.length : count)
  const isAddress = /^[\d.]+$|:/.test(one) || /^[\d.]+$|:/.test(other)
  const shared = labels.reverse().join('.')
  return shared === '' || isAddress || isPublicSuffix(shared) ? undefined : shared
}
