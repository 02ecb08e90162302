import type { Reply } from '../ory/response.js'
import type { Finding } from './check.js'
import { linesOf } from './questions.js'
import type { Subject } from './subject.js'

type Explanation = Pick<Finding, 'means' | 'fix'>

const loginWords = /log-?in|sign-?in|sso|oauth2?|auth/i

/** What stands in front of Ory, or in its stead, when an answer to whoami says more than its status. */
export function explainAnswer(
  { status, headers }: Reply,
  { url }: Pick<Subject, 'url'>,
): Explanation | undefined {
  const { location } = headers
  if (status >= 300 && status < 400 && typeof location === 'string') {
    return explainRedirect(location, url)
  }
  if (status === 401 || status === 407) return explainChallenge(headers['www-authenticate'])
  // Kratos sets its CSRF cookie on a page that it does not have, too.
  const isKratos = linesOf(headers['set-cookie']).some((line) => line.startsWith('csrf_token_'))
  if (status !== 404 || !isKratos || url.pathname === '/') return undefined
  return {
    means: `Kratos answers here, and has no routes below ${url.pathname}: it strips no path, whatever its base_url is.`,
    fix: `Set \`url\` to ${url.origin}, or let the proxy in front of Kratos strip ${url.pathname}.`,
  }
}

function explainRedirect(location: string, url: URL): Explanation | undefined {
  if (!URL.canParse(location, url.href)) return undefined
  const target = new URL(location, url)
  if (
    url.protocol === 'http:' &&
    target.protocol === 'https:' &&
    target.hostname === url.hostname
  ) {
    return {
      means: 'A proxy moves http to https here, and redirects are not followed.',
      fix: `Write ${target.origin}${url.pathname.replace(/\/$/, '')} in \`url\`.`,
    }
  }
  if (target.pathname.endsWith('/sessions/whoami') && target.origin !== url.origin) {
    return {
      means: `This address sends the question on to ${target.origin}, as the admin port of Kratos does.`,
      fix: `Set \`url\` to ${target.origin}, if that is the public URL of Kratos (serve.public).`,
    }
  }
  if (!loginWords.test(target.hostname + target.pathname)) return undefined
  return {
    means: `A login page at ${target.origin} stands in front of Ory, and asks this machine to log in.`,
    fix: 'Exempt /sessions/whoami, /health/ready and /self-service from that login, or set `url` to the address of Ory behind it.',
  }
}

function explainChallenge(challenge: string | string[] | undefined): Explanation | undefined {
  const scheme = /^[a-z]+/i.exec(linesOf(challenge)[0] ?? '')?.[0]
  if (scheme === undefined) return undefined
  return {
    means: `A gateway in front of Ory asks for a login of its own, by ${scheme} authentication. Ory itself asks for none.`,
    fix: 'Exempt /sessions/whoami, /health/ready and /self-service from it, or set `url` to the address of Ory behind it. `upstreamHeaders` cannot carry Authorization, which belongs to sessions.',
  }
}
