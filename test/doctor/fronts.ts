import type { IncomingHttpHeaders } from 'node:http'
import type { OryCheckName, OryCheckOutcome } from '../../lib/doctor/check.js'
import { createAuthority } from '../faults/network/certificate.js'
import type { ProxyAnswer, ProxyOptions } from '../support/proxy.js'

/** Something in front of an Ory that is set up well, and what the doctor says first of it. */
export interface Front extends ProxyOptions {
  readonly title: string
  /** Makes of the proxy's address what is given as `--url`. */
  readonly urlOf?: (url: string) => string
  /** The check that is shown first; `undefined`: none is amiss. */
  readonly first: OryCheckName | undefined
  readonly outcome: OryCheckOutcome
  /** What `means` and `fix` say, in one line. */
  readonly says: RegExp
  readonly status: 0 | 1 | 2
}

const minute = 60_000
const shifted = (byMs: number) => (headers: IncomingHttpHeaders) => ({
  ...headers,
  date: new Date(Date.parse(String(headers.date)) + byMs).toUTCString(),
})
const withHeaders = (more: IncomingHttpHeaders) => (headers: IncomingHttpHeaders) => ({
  ...headers,
  ...more,
})
/** Changes the attributes of each cookie. */
const withCookies = (change: (line: string) => string) => (headers: IncomingHttpHeaders) => ({
  ...headers,
  ...(headers['set-cookie'] && { 'set-cookie': headers['set-cookie'].map(change) }),
})
const always =
  (status: number, headers = {}, body?: string) =>
  (): ProxyAnswer => ({
    status,
    headers,
    ...(body === undefined ? {} : { body }),
  })
const readiness =
  (status: number, headers = {}, body?: string) =>
  (path: string) =>
    path.endsWith('/health/ready') ? always(status, headers, body)() : undefined

const json = { 'content-type': 'application/json; charset=utf-8' }
const html = { 'content-type': 'text/html; charset=utf-8' }
const wrong = { outcome: 'wrong', status: 1 } as const
const warning = { outcome: 'warning', status: 0 } as const

export const fronts: readonly Front[] = [
  { title: 'nothing but a proxy', first: undefined, outcome: 'ok', says: /^$/, status: 0 },
  {
    title: 'a proxy that strips a prefix',
    prefix: '/kratos',
    first: undefined,
    outcome: 'ok',
    says: /^$/,
    status: 0,
  },
  {
    title: 'a prefix that `url` lacks',
    prefix: '/kratos',
    urlOf: (url) => url.replace('/kratos', ''),
    first: 'address',
    says: /no such route.*with the path prefix/,
    ...wrong,
  },
  {
    title: '`url` that goes on to whoami itself',
    urlOf: (url) => `${url}/sessions/whoami`,
    first: 'address',
    says: /without \/sessions\/whoami|has no routes below \/sessions\/whoami/,
    ...wrong,
  },
  {
    title: 'basic auth',
    answer: always(401, { ...html, 'www-authenticate': 'Basic realm="staging"' }, '<h1>401</h1>'),
    first: 'address',
    says: /a login of its own, by Basic authentication.*Exempt \/sessions\/whoami/,
    ...wrong,
  },
  {
    title: 'the login of an ingress',
    answer: always(302, { location: 'https://sso.example/oauth2/start?rd=secret' }),
    first: 'address',
    says: /login page at https:\/\/sso\.example stands in front.*Exempt/,
    ...wrong,
  },
  {
    title: "one user's session for all",
    answer: always(200, json, '{"id":"secret","active":true}'),
    first: 'address',
    says: /none was sent.*Turn caching off/,
    ...wrong,
  },
  {
    title: 'a login page',
    answer: always(200, html, '<form>'),
    first: 'address',
    says: /page of HTML/,
    ...wrong,
  },
  {
    title: 'an ingress that moves http to https',
    answer: always(308, { location: 'https://127.0.0.1/sessions/whoami' }),
    first: 'address',
    says: /moves http to https.*Write https:\/\/127\.0\.0\.1 in/,
    ...wrong,
  },
  {
    title: 'what sends whoami on, as the admin port does',
    answer: always(307, { location: 'http://ory.internal:4433/sessions/whoami' }),
    first: 'address',
    says: /sends the question on to http:\/\/ory\.internal:4433.*Set `url` to http:\/\/ory\.internal:4433/,
    ...wrong,
  },
  {
    title: 'a certificate that is signed by itself',
    tls: createAuthority('an authority').issue({ name: 'localhost' }),
    first: 'address',
    says: /does not trust.*NODE_EXTRA_CA_CERTS/,
    ...wrong,
  },
  {
    title: 'TLS, and `url` says http',
    tls: createAuthority('an authority').issue({ name: 'localhost' }),
    urlOf: (url) => url.replace('https:', 'http:'),
    first: 'address',
    says: /says http, and this port speaks TLS.*Write https:\/\//,
    ...wrong,
  },
  {
    title: 'no TLS, and `url` says https',
    urlOf: (url) => url.replace('http:', 'https:'),
    first: 'address',
    says: /says https, and this port speaks plain HTTP.*Write http:\/\//,
    ...wrong,
  },
  {
    title: 'nothing at this port',
    urlOf: () => 'http://127.0.0.1:1',
    first: 'address',
    outcome: 'unasked',
    says: /nothing listens at this port.*host and port right/,
    status: 2,
  },
  {
    title: 'a name that does not exist',
    urlOf: () => 'http://ory.invalid',
    first: 'address',
    says: /no such host/,
    ...wrong,
  },
  {
    title: 'a gateway that fails',
    answer: always(502, html, '<h1>Bad Gateway</h1>'),
    first: 'address',
    outcome: 'unasked',
    says: /gateway in front of it, is failing/,
    status: 2,
  },
  {
    title: 'a rate limit that is used up',
    answer: always(429, { 'x-ratelimit-reset': '3' }),
    first: 'address',
    says: /refuses further questions.*Wait/,
    ...wrong,
  },
  {
    title: 'a rate limit that is nearly used up',
    rewrite: withHeaders({
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': '1',
    }),
    first: 'rate-limit',
    says: /Little is left.*cacheTtlMs/,
    ...warning,
  },
  {
    title: 'a proxy that hides readiness',
    answer: readiness(404),
    first: 'readiness',
    says: /hidden.*pass GET \/health\/ready/,
    ...wrong,
  },
  {
    title: 'a proxy that forbids readiness',
    answer: readiness(403),
    first: 'readiness',
    says: /hidden.*pass GET \/health\/ready/,
    ...wrong,
  },
  {
    title: 'a proxy that answers readiness itself',
    answer: readiness(200, { 'content-type': 'text/plain' }, 'ok'),
    first: 'readiness',
    says: /Something else than Ory answers.*pass GET \/health\/ready/,
    ...wrong,
  },
  {
    title: 'another service of Ory that answers readiness',
    answer: readiness(200, json, '{"status":"ok"}'),
    first: 'readiness',
    says: /Another server than that of whoami.*pass GET \/health\/ready/,
    ...warning,
  },
  {
    title: 'a guard that refuses each request as Ory does',
    answer: always(401, json, '{"error":{"code":401,"status":"Unauthorized"}}'),
    first: 'readiness',
    says: /another guard answers here.*Exempt/,
    ...wrong,
  },
  {
    title: 'readiness behind another host',
    answer: readiness(301, { location: 'http://health.internal/health/ready' }),
    first: 'readiness',
    says: /at another address.*pass GET \/health\/ready/,
    ...wrong,
  },
  {
    title: 'readiness that fails',
    answer: readiness(503, { 'content-type': 'application/json' }, '{"errors":{"database":"x"}}'),
    first: 'readiness',
    says: /not ready.*migrate sql/,
    ...wrong,
  },
  {
    title: 'a clock that is five minutes ahead',
    rewrite: shifted(5 * minute),
    first: 'clock',
    says: /login that is up to (?:299|300) s too old.*time service/,
    ...wrong,
  },
  {
    title: 'a clock that is five minutes behind',
    rewrite: shifted(-5 * minute),
    first: 'clock',
    says: /end (?:299|300|301) s too early.*time service/,
    ...wrong,
  },
  {
    title: 'a proxy that drops Set-Cookie',
    rewrite: ({ 'set-cookie': _dropped, ...headers }) => headers,
    first: 'cookie',
    says: /sets no cookie here.*pass Set-Cookie on/,
    ...wrong,
  },
  {
    title: 'cookies for another domain',
    rewrite: withCookies((line) => `${line}; Domain=example.com`),
    first: 'cookie',
    says: /Browsers reject the cookie.*session\.cookie\.domain/,
    ...wrong,
  },
  {
    title: 'cookies below another path',
    rewrite: withCookies((line) => line.replace('Path=/', 'Path=/kratos')),
    first: 'cookie',
    says: /below \/kratos alone.*cookie\.path/,
    ...wrong,
  },
  {
    title: 'Secure cookies and an application over http',
    rewrite: withCookies((line) => `${line}; Secure`),
    first: 'cookie',
    says: /is Secure and the application speaks http.*over https/,
    ...warning,
  },
  {
    title: 'SameSite=None without Secure',
    rewrite: withCookies((line) => line.replace(/SameSite=\w+/i, 'SameSite=None')),
    first: 'cookie',
    says: /SameSite=None that is not Secure.*same_site/,
    ...wrong,
  },
  {
    title: 'SameSite=Strict',
    rewrite: withCookies((line) => line.replace(/SameSite=\w+/i, 'SameSite=Strict')),
    first: 'cookie',
    says: /follows a link from another site.*to Lax/,
    ...warning,
  },
  {
    title: 'CORS for all origins, without cookies',
    rewrite: withHeaders({ 'access-control-allow-origin': '*' }),
    first: 'cors',
    says: /can't call Ory with the user's cookie.*allow_credentials/,
    ...warning,
  },
  {
    title: 'CORS for another origin',
    rewrite: withHeaders({
      'access-control-allow-origin': 'https://elsewhere.example',
      'access-control-allow-credentials': 'true',
    }),
    first: 'cors',
    says: /can't call Ory.*allowed_origins/,
    ...warning,
  },
  {
    title: 'a cache that keeps whoami',
    rewrite: withHeaders({ age: '120' }),
    first: 'edge-cache',
    says: /caches its answers.*Turn caching off/,
    ...warning,
  },
  {
    title: 'a proxy that lets whoami be cached',
    rewrite: withHeaders({ 'cache-control': 'public, max-age=60' }),
    first: 'edge-cache',
    says: /caches its answers.*Turn caching off/,
    ...warning,
  },
]
