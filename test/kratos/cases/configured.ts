import { carry, whoami, type Configuration, type Ory, type SignedIn } from '../ory.js'
import { after, always, bob, garbageCookie, type Case } from './case.js'

/** An aal1 session of somebody who has a second factor. */
function withSecondFactor(by: SignedIn['by']) {
  return async (ory: Ory) => whoami(carry(await ory.signIn(bob, by, 'enrolled')))
}

const asItIs = after('token')

/** What `required_aal: highest_available` and cacheable sessions change. */
const rows: readonly (readonly [
  recording: string,
  on: Configuration,
  title: string,
  given: Case['given'],
])[] = [
  ['403-token-aal2-required', 'highest', 'a token, aal2 required', withSecondFactor('token')],
  ['403-cookie-aal2-required', 'highest', 'a cookie, aal2 required', withSecondFactor('cookie')],
  ['200-highest-available-no-second-factor', 'highest', 'no second factor to be had', asItIs],
  [
    '200-highest-available-after-step-up',
    'highest',
    'a token after the step-up that was required',
    async (ory) => whoami(carry(await ory.stepUp(await ory.signIn(bob, 'token', 'enrolled')))),
  ],
  ['cacheable-200-token', 'cacheable', 'a cacheable session', asItIs],
  [
    'cacheable-200-token-max-age-0',
    'cacheable',
    'Cache-Control: max-age=0 on a cacheable session',
    async (ory) => {
      const credential = carry(await ory.signIn(bob, 'token'))
      return whoami({ 'cache-control': 'max-age=0', ...credential })
    },
  ],
  ['cacheable-401-nothing', 'cacheable', 'no credential, cacheable', always(whoami())],
  [
    'cacheable-401-garbage-cookie',
    'cacheable',
    'a cookie that is nothing, cacheable',
    always(whoami({ cookie: garbageCookie })),
  ],
  [
    'cacheable-401-revoked',
    'cacheable',
    'a revoked token, not cacheable',
    after('token', (ory, who) => ory.revoke(who)),
  ],
  ['cacheable-403', 'cacheable', 'aal2 required, not cacheable', withSecondFactor('token')],
]

export const configured = rows.map(([recording, on, title, given]): Case => ({
  recording,
  title,
  given,
  on,
}))
