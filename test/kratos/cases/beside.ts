import { carry, whoami, type Configuration, type Ory } from '../ory.js'
import { after, alice, always, bob, cookieName, garbageCookie, type Case } from './case.js'

const unknown = { 'x-session-token': `ory_st_${'0'.repeat(32)}` }

/** A session of Bob's that was revoked, and one of Alice's, both by cookie. */
async function revokedAndGood(ory: Ory) {
  const revoked = await ory.signIn(bob, 'cookie')
  await ory.revoke(revoked)
  const good = await ory.signIn(alice, 'cookie')
  return { revoked: `${cookieName}=${revoked.value}`, good: `${cookieName}=${good.value}` }
}

/** What nobody recorded: a real Kratos alone says whether the fake is right. */
const rows: readonly (readonly [title: string, given: Case['given'], on?: Configuration])[] = [
  [
    'an unknown token beside a good cookie',
    async (ory) => whoami({ ...unknown, ...carry(await ory.signIn(alice, 'cookie')) }),
  ],
  [
    'an unknown token beside a garbage cookie',
    always(whoami({ ...unknown, cookie: garbageCookie })),
  ],
  [
    'a Bearer token beside the cookie of somebody else',
    async (ory) => {
      const cookie = carry(await ory.signIn(alice, 'cookie'))
      const { value } = await ory.signIn(bob, 'token')
      return whoami({ ...cookie, authorization: `Bearer ${value}` })
    },
  ],
  [
    'a Bearer token beside a garbage cookie',
    async (ory) => {
      const { value } = await ory.signIn(bob, 'token')
      return whoami({ cookie: garbageCookie, authorization: `Bearer ${value}` })
    },
  ],
  [
    "a token beside somebody else's newer cookie",
    async (ory) => {
      const token = carry(await ory.signIn(bob, 'token'))
      return whoami({ ...token, ...carry(await ory.signIn(alice, 'cookie')) })
    },
  ],
  [
    'a revoked cookie before a good one',
    async (ory) => {
      const { revoked, good } = await revokedAndGood(ory)
      return whoami({ cookie: `${revoked}; ${good}` })
    },
  ],
  [
    'a good cookie before a revoked one',
    async (ory) => {
      const { revoked, good } = await revokedAndGood(ory)
      return whoami({ cookie: `${good}; ${revoked}` })
    },
  ],
  [
    'a cookie with a blank after its =',
    async (ory) =>
      whoami({ cookie: `${cookieName}= ${(await ory.signIn(alice, 'cookie')).value}` }),
  ],
  ['an empty cookie', always(whoami({ cookie: `${cookieName}=` }))],
  ['HEAD without a credential', always(whoami({}, 'HEAD'))],
  ['PUT without a credential', always(whoami({}, 'PUT'))],
  ['a cookie of a deactivated identity', after('cookie', (ory, who) => ory.deactivate(who))],
  [
    'an extended session that was revoked',
    after('cookie', async (ory, who) => {
      await ory.extend(who)
      await ory.revoke(who)
    }),
  ],
  ['an extended session, cacheable', after('token', (ory, who) => ory.extend(who)), 'cacheable'],
  ['an unknown token, not cacheable', always(whoami(unknown)), 'cacheable'],
  [
    'an unknown token beside a garbage cookie, not cacheable',
    always(whoami({ ...unknown, cookie: garbageCookie })),
    'cacheable',
  ],
  ['an empty token, cacheable', always(whoami({ 'x-session-token': '' })), 'cacheable'],
]

export const beside = rows.map(([title, given, on = 'plain']): Case => ({ title, given, on }))
