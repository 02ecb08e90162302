// Meets every fault of the matrix in a process of its own, whose output its parent reads.
import { subscribe } from 'node:diagnostics_channel'
import { createOrySession, sendDenial } from '../../lib/index.js'
import type { OrySession } from '../../lib/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import type { Fault } from '../faults/fault.js'
import { authority } from '../faults/network/authority.js'
import { openBlackHole } from '../faults/network/black-hole.js'
import { startFront } from '../faults/network/front.js'
import { startNameService } from '../faults/network/name-service.js'
import { createOrigin } from '../faults/network/origin.js'
import { trust } from '../faults/network/trust.js'
import { table } from '../faults/table/index.js'
import type { Reply } from './denial.js'
import { frameworks } from './frameworks.js'
import { sendRaw } from './raw.js'
import { secretsIn, shown } from './shown.js'
import { startSite } from './site.js'
import type { Site } from './site.js'

/** What a fault came to. */
export interface Account {
  readonly fault: string
  /** What is wrong with it is wrong with something else. */
  readonly isHarmless: boolean
  /** The statuses of the answers, and the codes of the errors. */
  readonly outcomes: readonly string[]
  /** Where a credential was shown. */
  readonly leaks: readonly string[]
}

const events: unknown[] = []
for (const name of ['required-aal', 'cookie-missing']) {
  subscribe(`express-ory-session:${name}`, (message) => events.push(message))
}

const names = startNameService()
trust(authority.cert)
const fake = await createFakeOry()

for (const [area, faults] of Object.entries(table)) {
  for (const [name, fault] of Object.entries(faults)) {
    const account: Account = { fault: `${area}: ${name}`, ...(await meet(fault, fake)) }
    process.send?.(account)
  }
}
await fake.close()
process.disconnect()

/** Sends credentials through all that takes one, and gathers all that can be seen of it. */
async function meet(fault: Fault, { signIn }: FakeOry): Promise<Omit<Account, 'fault'>> {
  const users = [signIn(), signIn(), signIn()]
  const front = await startFront(fault)
  const at = { host: '127.0.0.2', port: front.port }
  const hole = fault.isBlackHole === true ? await openBlackHole(at) : undefined
  front.stand(createOrigin(users))
  const errors: unknown[] = []
  const ory: OrySession = createOrySession({
    url: front.url,
    // Enough for what answers at all.
    timeoutMs: 300,
    onDenied(error, request, response) {
      errors.push(error)
      sendDenial(error, request, response)
    },
  })
  const guards = [ory.requireSession(), ory.optionalSession(), ory.logout()]
  const sites = await Promise.all(guards.map(async (guard) => startSite(frameworks[0]!, guard)))
  const [required, optional, logout] = sites
  if (fault.name !== undefined) names.say(fault.name)
  front.strike()

  const [one, other, third] = users
  const cookie = { Cookie: third!.cookie }
  const headers = [
    { 'X-Session-Token': one!.token },
    { Authorization: `Bearer ${other!.token}` },
    cookie,
  ]
  const replies = await Promise.all(
    [required!, optional!].flatMap((site) => headers.map(async (carried) => post(site, carried))),
  )
  // By a cookie alone: what stands before Ory here reads no bodies, and a token's logout has one.
  const loggedOut = await post(logout!, cookie)
  const authentications = await Promise.all(
    headers.map(async (carried) => ory.authenticate({ headers: carried })),
  )
  const denials = authentications.map(({ error }) => error)
  const seen = { replies, loggedOut, errors, denials, events, stats: ory.stats() }

  names.say('127.0.0.1')
  await Promise.all(sites.map(async (site) => site.close()))
  await ory.close()
  await Promise.all([front.close(), hole?.close()])
  const secrets = users.flatMap(({ token, cookie }) => [
    token,
    cookie.slice(cookie.indexOf('=') + 1),
  ])
  return {
    isHarmless: fault.reason === 'live',
    outcomes: [
      ...replies.map(({ status }) => String(status)),
      ...denials.map((error) => error?.code ?? 'a session'),
    ],
    leaks: Object.entries(seen).flatMap(([where, value]) =>
      secretsIn(shown(value), secrets).map((part) => `${where}: ${part}`),
    ),
  }
}

function post(site: Site, headers: object): Promise<Reply> {
  const lines = Object.entries({ 'Sec-Fetch-Site': 'same-origin', ...headers })
  return sendRaw(
    site.port,
    '/',
    lines.map((line) => line.join(': ')),
    'POST',
  )
}
