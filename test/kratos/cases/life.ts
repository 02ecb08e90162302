import { send, values } from '../client/http.js'
import { carry, whoami, type Configuration, type Ory } from '../ory.js'
import { after, alice, bob, cookieName, type Case } from './case.js'

/** Steps up, and asks with the credential from before or after it. */
function steppedUp(by: 'token' | 'cookie', which: 'before' | 'after') {
  return async (ory: Ory) => {
    const before = await ory.signIn(alice, by)
    const stepped = await ory.stepUp(before)
    return whoami(carry(which === 'before' ? before : stepped))
  }
}

/** Extends, asks once with the old cookie, and then with that or the one that came back. */
function extendedAndAsked(which: 'old' | 'renewed') {
  return async (ory: Ory) => {
    const old = await ory.signIn(bob, 'cookie')
    await ory.extend(old)
    const [line = ''] = values(await send(ory.url, whoami(carry(old))), 'set-cookie')
    const value = line.slice(cookieName.length + 1).split(';', 1)[0] ?? ''
    return whoami(carry(which === 'old' ? old : { by: 'cookie', value }))
  }
}

/** What happens to a session while its credential stays with the client. */
const rows: readonly (readonly [
  recording: string,
  title: string,
  given: Case['given'],
  on?: Configuration,
])[] = [
  ['200-token-no-metadata', 'an identity without metadata', after('token')],
  ['200-token-aal2-totp', 'a token after step-up', steppedUp('token', 'after')],
  ['200-cookie-aal2-lookup', 'the new cookie after step-up', steppedUp('cookie', 'after')],
  ['200-cookie-before-step-up', 'the old cookie after step-up', steppedUp('cookie', 'before')],
  [
    '200-token-after-extend',
    'a token of an extended session',
    after('token', (o, w) => o.extend(w)),
  ],
  [
    '200-cookie-after-extend',
    'the cookie of an extended session',
    after('cookie', (o, w) => o.extend(w)),
  ],
  ['200-cookie-after-extend-again', 'that cookie once more', extendedAndAsked('old')],
  ['200-cookie-renewed', 'the cookie that it was answered with', extendedAndAsked('renewed')],
  ['401-token-revoked', 'a token that was revoked', after('token', (o, w) => o.revoke(w))],
  ['401-cookie-revoked', 'a cookie that was revoked', after('cookie', (o, w) => o.revoke(w))],
  ['401-token-logged-out', 'a token that was logged out', after('token', (o, w) => o.logOut(w))],
  ['401-cookie-logged-out', 'a cookie that was logged out', after('cookie', (o, w) => o.logOut(w))],
  [
    '401-identity-inactive',
    'a token of a deactivated identity',
    after('token', (o, w) => o.deactivate(w)),
  ],
  ['401-token-expired', 'a token that ran out', after('token', (o, w) => o.expire(w)), 'brief'],
  ['401-cookie-expired', 'a cookie that ran out', after('cookie', (o, w) => o.expire(w)), 'brief'],
]

export const life = rows.map(([recording, title, given, on = 'plain']): Case => ({
  recording,
  title,
  given,
  on,
}))
