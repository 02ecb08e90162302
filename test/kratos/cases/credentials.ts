import { carry, whoami } from '../ory.js'
import {
  alice,
  always,
  bob,
  cookieName as name,
  garbageCookie,
  withCookie,
  withToken,
  type Case,
} from './case.js'

/** What travels in the request, and how it is read. */
const rows: readonly (readonly [recording: string, title: string, given: Case['given']])[] = [
  ['200-token-aal1', 'a session token', withToken((t) => ({ 'x-session-token': t }))],
  ['200-bearer-aal1', 'a Bearer token', withToken((t) => ({ authorization: `Bearer ${t}` }))],
  [
    '200-bearer-lowercase-scheme',
    'a token after a scheme in lower case',
    withToken((t) => ({ authorization: `bearer ${t}` })),
  ],
  [
    '401-bearer-two-spaces',
    'a token two spaces after Bearer',
    withToken((t) => ({ authorization: `Bearer  ${t}` })),
  ],
  [
    '401-bearer-basic',
    'Basic credentials',
    always(whoami({ authorization: 'Basic YWxpY2U6cHc=' })),
  ],
  [
    '401-token-unknown',
    'a token that no session has',
    always(whoami({ 'x-session-token': `ory_st_${'0'.repeat(32)}` })),
  ],
  ['401-token-garbage', 'what is no token', always(whoami({ 'x-session-token': 'garbage' }))],
  ['401-nothing', 'no credential', always(whoami())],
  ['head-token', 'HEAD with a token', withToken((t) => ({ 'x-session-token': t }), 'HEAD')],
  ['post-token', 'POST with a token', withToken((t) => ({ 'x-session-token': t }), 'POST')],
  ['200-cookie-aal1', 'the session cookie alone', withCookie((c) => `${name}=${c}`)],
  [
    '200-cookie-whole-jar',
    'the session cookie among others',
    withCookie((c) => `theme=dark; ${name}=${c}; lang=de`),
  ],
  ['200-cookie-quoted', 'a cookie in double quotes', withCookie((c) => `${name}="${c}"`)],
  [
    '200-two-cookies-good-first',
    'two session cookies, the good one first',
    withCookie((c) => `${name}=${c}; ${garbageCookie}`),
  ],
  [
    '200-two-cookies-good-last',
    'two session cookies, the good one last',
    withCookie((c) => `${garbageCookie}; ${name}=${c}`),
  ],
  ['401-cookie-garbage', 'a cookie that is nothing', always(whoami({ cookie: garbageCookie }))],
  ['401-cookie-truncated', 'a cookie cut short', withCookie((c) => `${name}=${c.slice(0, -60)}`)],
  [
    '401-cookie-unpadded',
    'a cookie without its padding',
    withCookie((c) => `${name}=${c.replace(/=+$/, '')}`),
  ],
  [
    '401-cookie-percent-encoded',
    'a cookie percent-encoded',
    withCookie((c) => `${name}=${encodeURIComponent(c)}`),
  ],
  [
    '200-empty-token-header-and-cookie',
    'an empty X-Session-Token beside a good cookie',
    async (ory) => whoami({ 'x-session-token': '', ...carry(await ory.signIn(alice, 'cookie')) }),
  ],
  [
    '500-token-with-garbage-cookie',
    'a good token beside a garbage cookie',
    withToken((t) => ({ 'x-session-token': t, cookie: garbageCookie })),
  ],
  [
    '200-token-and-cookie',
    "a token beside somebody else's older cookie",
    async (ory) => {
      const older = carry(await ory.signIn(alice, 'cookie'))
      return whoami({ ...older, ...carry(await ory.signIn(bob, 'token')) })
    },
  ],
  [
    '400-tokenize-unknown-template',
    'tokenize_as a template that is not there',
    async (ory) => ({
      path: '/sessions/whoami?tokenize_as=nope',
      headers: carry(await ory.signIn(alice, 'token')),
    }),
  ],
  [
    '401-tokenize-no-credential',
    'tokenize_as without a credential',
    always({ path: '/sessions/whoami?tokenize_as=api' }),
  ],
  ['health-ready', 'the readiness route', always({ path: '/health/ready' })],
  ['health-alive', 'the liveness route', always({ path: '/health/alive' })],
]

export const credentials = rows.map(([recording, title, given]): Case => ({
  recording,
  title,
  given,
  on: 'plain',
}))
