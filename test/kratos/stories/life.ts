import { alice, bob } from '../cases/case.js'
import { carry, type Ory, type SignedIn } from '../ory.js'
import type { App } from './app.js'
import { each, type Story } from './story.js'

/** Asks twice, with nothing but that between. */
function around(by: SignedIn['by'], path: string, happen: (ory: Ory, who: SignedIn) => unknown) {
  return async (ory: Ory, app: App) => {
    const who = await ory.signIn(alice, by)
    const before = await app.get(path, carry(who))
    await happen(ory, who)
    return [before, await app.get(path, carry(who))]
  }
}

/** What the application sees of a session that changes at Kratos. */
export const life: readonly Story[] = [
  {
    title: 'sees at once that a token stepped up',
    on: 'plain',
    tell: around('token', '/aal2', (ory, who) => ory.stepUp(who)),
    seen: ['403 session_aal2_required', '200 alice aal2'],
  },
  {
    title: 'sees a step-up behind a session that it knows as aal1',
    on: 'plain',
    async tell(ory, app) {
      const who = await ory.signIn(alice, 'token')
      const before = await app.get('/me', carry(who))
      await ory.stepUp(who)
      return [before, await app.get('/totp', carry(who)), await app.get('/aal2', carry(who))]
    },
    seen: ['200 alice aal1', '200 alice aal2', '200 alice aal2'],
  },
  {
    title: 'lets the new cookie in after a step-up, and renews the old one',
    on: 'plain',
    async tell(ory, app) {
      const before = await ory.signIn(alice, 'cookie')
      const after = await ory.stepUp(before)
      return each(app, '/aal2', carry(after), carry(before))
    },
    seen: ['200 alice aal2', '200 alice aal2 sets ory_kratos_session'],
  },
  {
    title: 'hands the renewed cookie of an extended session to the browser, once',
    on: 'plain',
    async tell(ory, app) {
      const who = await ory.signIn(bob, 'cookie')
      await ory.extend(who)
      return each(app, '/me', carry(who), carry(who))
    },
    seen: ['200 bob aal1 sets ory_kratos_session', '200 bob aal1'],
  },
  {
    title: 'hands no cookie to the caller with a token',
    on: 'plain',
    async tell(ory, app) {
      const who = await ory.signIn(bob, 'token')
      await ory.extend(who)
      return each(app, '/me', carry(who))
    },
    seen: ['200 bob aal1'],
  },
  {
    title: 'knows who has verified an address',
    on: 'plain',
    async tell(ory, app) {
      const [verified, not] = [await ory.signIn(alice, 'token'), await ory.signIn(bob, 'token')]
      return each(app, '/verified', carry(verified), carry(not))
    },
    seen: ['200 alice aal1', '403 session_unverified'],
  },
  {
    title: 'refuses a revoked token at once on a route that wants it fresh',
    on: 'plain',
    tell: around('token', '/fresh', (ory, who) => ory.revoke(who)),
    seen: ['200 alice aal1', '401 session_invalid'],
  },
  {
    title: 'refuses the cookie of a deactivated identity likewise',
    on: 'plain',
    tell: around('cookie', '/fresh', (ory, who) => ory.deactivate(who)),
    seen: ['200 alice aal1', '401 session_invalid'],
  },
  {
    title: 'refuses a session that ran out, although it was known a moment ago',
    on: 'brief',
    tell: around('cookie', '/me', (ory, who) => ory.expire(who)),
    seen: ['200 alice aal1', '401 session_invalid'],
  },
  {
    title: 'passes on that Kratos itself asks for aal2, until the step-up',
    on: 'highest',
    async tell(ory, app) {
      const who = await ory.signIn(bob, 'token', 'enrolled')
      const before = await each(app, '/me', carry(who))
      await ory.stepUp(who)
      return [...before, await app.get('/me', carry(who))]
    },
    seen: ['403 session_aal2_required', '200 bob aal2'],
  },
]
