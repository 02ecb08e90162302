import { send, type Sent } from '../client/http.js'
import { carry, type Ory, type SignedIn } from '../ory.js'
import { alice, always, bob, type Case } from './case.js'

const json = { accept: 'application/json' }

function start(headers: Record<string, string> = {}, query = ''): Sent {
  return { path: `/self-service/logout/browser${query}`, headers: { ...json, ...headers } }
}

/** Goes to the logout with the token that Ory has handed out for a session. */
async function finish(ory: Ory, who: SignedIn, by = who): Promise<Sent> {
  const { body } = await send(ory.url, start(carry(who)))
  const { logout_token: token } = body as { logout_token: string }
  return { path: `/self-service/logout?token=${token}`, headers: { ...json, ...carry(by) } }
}

function endToken(json: unknown): Sent {
  return { method: 'DELETE', path: '/self-service/logout/api', json }
}

const evil = 'return_to=https://evil.example/'

/** How sessions end by the routes that the package calls, and sends browsers to. */
const rows: readonly (readonly [title: string, given: Case['given']])[] = [
  ['the start of a logout', async (ory) => start(carry(await ory.signIn(alice, 'cookie')))],
  ['the start of a logout, signed out', always(start())],
  [
    'the start of a logout that leads elsewhere',
    async (ory) => start(carry(await ory.signIn(alice, 'cookie')), `?${evil}`),
  ],
  ['a logout', async (ory) => finish(ory, await ory.signIn(alice, 'cookie'))],
  [
    'a logout that leads elsewhere',
    async (ory) => {
      const { path, headers } = await finish(ory, await ory.signIn(alice, 'cookie'))
      return { path: `${path}&${evil}`, ...(headers && { headers }) }
    },
  ],
  [
    "a logout with somebody else's token",
    async (ory) => finish(ory, await ory.signIn(alice, 'cookie'), await ory.signIn(bob, 'cookie')),
  ],
  [
    'a logout once more',
    async (ory) => {
      const sent = await finish(ory, await ory.signIn(alice, 'cookie'))
      await send(ory.url, sent)
      return sent
    },
  ],
  ['a logout without a token', always({ path: '/self-service/logout', headers: json })],
  [
    'the end of a session token',
    async (ory) => endToken({ session_token: (await ory.signIn(alice, 'token')).value }),
  ],
  [
    'the end of a session token that is over',
    async (ory) => {
      const who = await ory.signIn(alice, 'token')
      await ory.revoke(who)
      return endToken({ session_token: who.value })
    },
  ],
  [
    'the end of a session token that nobody has',
    always(endToken({ session_token: `ory_st_${'0'.repeat(32)}` })),
  ],
  ['the end of no session token', always(endToken({}))],
]

export const logout = rows.map(([title, given]): Case => ({ title, given, on: 'plain' }))
