import { alice, bob, cookieName, garbageCookie } from '../cases/case.js'
import { carry } from '../ory.js'
import { each, type Story } from './story.js'

/** Which credential is taken, and that it reaches Kratos whole and alone. */
export const credentials: readonly Story[] = [
  {
    title: 'lets a token in, by either header, and asks once for both',
    on: 'plain',
    async tell(ory, app) {
      const { value } = await ory.signIn(alice, 'token')
      const headers = [{ 'x-session-token': value }, { authorization: `Bearer ${value}` }]
      return [...(await each(app, '/me', ...headers, ...headers)), app.asked()]
    },
    seen: ['200 alice aal1', '200 alice aal1', '200 alice aal1', '200 alice aal1', 1],
  },
  {
    title: 'lets a session cookie in, alone, among others, quoted, and behind garbage',
    on: 'plain',
    async tell(ory, app) {
      const { value } = await ory.signIn(alice, 'cookie')
      const cookies = [
        `${cookieName}=${value}`,
        `theme=dark; ${cookieName}=${value}; lang=de`,
        `${cookieName}="${value}"`,
        `${garbageCookie}; ${cookieName}=${value}`,
      ]
      return each(app, '/me', ...cookies.map((cookie) => ({ cookie })))
    },
    seen: ['200 alice aal1', '200 alice aal1', '200 alice aal1', '200 alice aal1'],
  },
  {
    title: 'sends the token alone, where Kratos trips over the garbage cookie beside it',
    on: 'plain',
    async tell(ory, app) {
      const token = carry(await ory.signIn(alice, 'token'))
      return each(app, '/me', { ...token, cookie: garbageCookie })
    },
    seen: ['200 alice aal1'],
  },
  {
    title: "believes the token, not somebody else's cookie, and renews no cookie",
    on: 'plain',
    async tell(ory, app) {
      const cookie = carry(await ory.signIn(alice, 'cookie'))
      const token = carry(await ory.signIn(bob, 'token'))
      return each(app, '/me', { ...cookie, ...token }, cookie)
    },
    seen: ['200 bob aal1', '200 alice aal1'],
  },
  {
    title: 'answers 401 to what is no session, and asks only about what could be one',
    on: 'plain',
    async tell(ory, app) {
      const { value } = await ory.signIn(alice, 'cookie')
      const headers: Record<string, string>[] = [
        {},
        { 'x-session-token': 'garbage' },
        { authorization: 'Basic YWxpY2U6cHc=' },
        { 'x-session-token': `ory_st_${'0'.repeat(32)}` },
        { cookie: garbageCookie },
        { cookie: `${cookieName}=${value.slice(0, -60)}` },
      ]
      return [...(await each(app, '/me', ...headers)), app.asked()]
    },
    seen: [
      '401 session_missing',
      '401 session_invalid',
      '401 session_missing',
      '401 session_invalid',
      '401 session_invalid',
      '401 session_invalid',
      3,
    ],
  },
  {
    title: 'goes on without a session on optional routes',
    on: 'plain',
    async tell(ory, app) {
      const who = carry(await ory.signIn(bob, 'cookie'))
      return each(app, '/maybe', {}, { cookie: garbageCookie }, who)
    },
    seen: ['200 nobody', '200 nobody', '200 bob aal1'],
  },
]
