import type { SessionInvalidateTarget } from '../../../lib/index.js'
import { alice, bob } from '../cases/case.js'
import { send, values } from '../client/http.js'
import { carry, whoami, type Ory, type SignedIn } from '../ory.js'
import type { App } from './app.js'
import type { Story } from './story.js'

/** Logs somebody out, and asks before, after, and once the application knows. */
function loggedOut(by: SignedIn['by'], target: (who: SignedIn) => SessionInvalidateTarget) {
  return async (ory: Ory, app: App) => {
    const who = await ory.signIn(alice, by)
    const seen: (string | number)[] = [await app.get('/me', carry(who))]
    await ory.logOut(who)
    seen.push(await app.get('/me', carry(who)), await app.invalidate(target(who)))
    seen.push(await app.get('/me', carry(who)))
    return seen
  }
}

const seen = ['200 alice aal1', '200 alice aal1', 1, '401 session_invalid']

/** Takes a browser to where the application has sent it, and tells where it is sent on. */
async function follow(ory: Ory, who: SignedIn, location: URL): Promise<string> {
  const path = `${location.pathname}${location.search}`
  const answer = await send(ory.url, { path, headers: { accept: 'text/html', ...carry(who) } })
  return `${answer.status} ${values(answer, 'location').join()}`
}

/** A logout happens at Kratos: the application knows of it after its TTL, or when somebody tells it. */
export const logout: readonly Story[] = [
  {
    title: 'forgets a token that was logged out, given its session',
    on: 'plain',
    tell: loggedOut('token', ({ session }) => ({ session })),
    seen,
  },
  {
    title: 'forgets a cookie that was logged out, given its identity',
    on: 'plain',
    tell: loggedOut('cookie', ({ identity }) => ({ identity })),
    seen,
  },
  {
    title: 'forgets a cookie that was logged out, shown the request',
    on: 'plain',
    tell: loggedOut('cookie', (who) => ({ request: { headers: carry(who) } })),
    seen,
  },
  {
    title: 'logs a token out at Kratos, and knows it at once',
    on: 'plain',
    async tell(ory, app) {
      const who = await ory.signIn(alice, 'token')
      const other = await ory.signIn(bob, 'token')
      const before = await app.get('/me', carry(who))
      const { status } = await app.logOut(carry(who))
      const { status: atOry } = await send(ory.url, whoami(carry(who)))
      const after = await app.get('/me', carry(who))
      return [before, status, atOry, after, await app.get('/me', carry(other))]
    },
    seen: ['200 alice aal1', 204, 401, '401 session_invalid', '200 bob aal1'],
  },
  {
    title: 'sends a browser to Kratos to be logged out, and knows it at once',
    on: 'plain',
    async tell(ory, app) {
      const who = await ory.signIn(alice, 'cookie')
      const before = await app.get('/me', carry(who))
      const { status, location } = await app.logOut(carry(who))
      if (!location) return [before, status]
      const between = await app.get('/me', carry(who))
      const back = await follow(ory, who, location)
      const { status: atOry } = await send(ory.url, whoami(carry(who)))
      return [before, status, location.pathname, between, back, atOry]
    },
    seen: [
      '200 alice aal1',
      200,
      '/self-service/logout',
      '401 session_invalid',
      '303 http://127.0.0.1:4455/bye',
      401,
    ],
  },
  {
    title: 'has nothing to log out where Kratos knows of no session',
    on: 'plain',
    async tell(ory, app) {
      const who = await ory.signIn(alice, 'cookie')
      await ory.revoke(who)
      const token = { by: 'token', value: `ory_st_${'0'.repeat(32)}` } as const
      const seen = [await app.logOut(carry(who)), await app.logOut(carry(token))]
      return seen.map(({ status, location }) => `${status} ${location?.href ?? ''}`)
    },
    seen: ['200 http://127.0.0.1:4455/bye', '204 '],
  },
]
