import { setTimeout as delay } from 'node:timers/promises'
import { alice, bob, garbageCookie } from '../cases/case.js'
import { send } from '../client/http.js'
import { carry, whoami, type OryOnDatabase, type SignedIn } from '../ory.js'
import type { App } from './app.js'
import { each } from './story.js'

export interface OutageStory {
  readonly title: string
  /** What happens, and what the client of the application saw of it. */
  readonly tell: (ory: OryOnDatabase, app: App) => Promise<(string | number)[]>
  readonly seen: readonly (string | number)[]
}

/** Past the TTL of what is known, and past all that is remembered of refusals and of readiness. */
const ttlMs = 10_001
const madeUp = { 'x-session-token': `ory_st_${'J'.repeat(32)}` }
const garbage = { cookie: garbageCookie }

const [live, down, out] = [
  '200 alice aal1',
  '503 authentication_unavailable',
  '401 session_invalid',
]

/** Asks until there is a session, and tells what there was besides 503. */
async function untilIn(app: App, who: SignedIn): Promise<string[]> {
  const seen = new Set<string>()
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const one = await app.get('/me', carry(who))
    if (one !== down) seen.add(one)
    if (one.startsWith('200')) break
    app.advance(readinessMs)
    await delay(50)
  }
  return [...seen]
}

async function statusOf(ory: OryOnDatabase, path: string): Promise<number> {
  return (await send(ory.url, { path })).status
}

/** How long an unknown credential may be held against the same readiness. */
const readinessMs = 1_001

/** Takes the database away for a while. */
async function without<T>(ory: OryOnDatabase, app: App, meanwhile: () => Promise<T>): Promise<T> {
  await ory.stopDatabase()
  try {
    return await meanwhile()
  } finally {
    await ory.startDatabase()
    app.advance(readinessMs)
  }
}

/** Two users who are known, one by token and one by cookie. */
async function meet(ory: OryOnDatabase, app: App) {
  const [ada, ben] = [await ory.signIn(alice, 'token'), await ory.signIn(bob, 'cookie')]
  return { ada, ben, seen: await each(app, '/me', carry(ada), carry(ben)) }
}

/**
 * Stops and starts the database time and again, while many ask who are all live, and tells all that
 * they saw. As much time as `ms` says goes by between two of their questions.
 */
async function stopAndStart(ory: OryOnDatabase, app: App, path: string, ms: number) {
  const first = await ory.signIn(alice, 'token')
  const all = [first, await ory.signIn(alice, 'cookie'), await ory.signIn(alice, 'token')]
  for (let session = 0; session < 5; session += 1) {
    all.push(await ory.signInAgain(first, session % 2 ? 'cookie' : 'token'))
  }
  const seen = new Set(await each(app, '/me', ...all.map(carry)))
  for (let time = 0; time < 6; time += 1) {
    const changing = new AbortController()
    const change = time % 2 ? ory.startDatabase() : ory.stopDatabase()
    const changed = change.finally(() => changing.abort())
    for (let round = 0; !changing.signal.aborted && round < 300; round += 1) {
      app.advance(ms)
      const asked = all.map((who) => app.get(path, carry(who)))
      for (const one of await Promise.all(asked)) seen.add(one)
    }
    await changed
    if (time % 2 === 0) continue
    for (const who of all) for (const one of await untilIn(app, who)) seen.add(one)
  }
  return [...seen].sort()
}

/** What the application sees while the database under its Ory stops and starts. */
export const outages: readonly OutageStory[] = [
  {
    title: 'serves who is known from memory, then answers 503, and lets everybody in again',
    async tell(ory, app) {
      const { ada, ben, seen } = await meet(ory, app)
      await without(ory, app, async () => {
        const { status } = await send(ory.url, whoami(carry(ada)))
        seen.push(`Ory: ${status}, ready ${await statusOf(ory, '/health/ready')}`)
        seen.push(...(await each(app, '/me', carry(ada), carry(ben))))
        seen.push(...(await each(app, '/fresh', carry(ada), carry(ben))))
        app.advance(ttlMs)
        for (let time = 0; time < 3; time += 1) {
          seen.push(...(await each(app, '/me', carry(ada), carry(ben))))
          app.advance(readinessMs)
        }
      })
      return [...seen, ...(await untilIn(app, ada)), ...(await untilIn(app, ben))]
    },
    seen: [
      ...[live, '200 bob aal1'],
      'Ory: 401, ready 503',
      ...[live, '200 bob aal1'],
      ...[down, down],
      ...[down, down, down, down, down, down],
      ...[live, '200 bob aal1'],
    ],
  },
  {
    title: 'tells nobody apart meanwhile: live, logged out, invented or not seen before',
    async tell(ory, app) {
      const { ada, seen } = await meet(ory, app)
      const [gone, unknownCaller] = [
        await ory.signInAgain(ada, 'cookie'),
        await ory.signIn(bob, 'token'),
      ]
      await ory.revoke(gone)
      const all = [carry(ada), carry(gone), madeUp, garbage, carry(unknownCaller), {}]
      await without(ory, app, async () => {
        app.advance(ttlMs)
        seen.push(...(await each(app, '/me', ...all)), ...(await each(app, '/maybe', ...all)))
      })
      seen.push(...(await untilIn(app, ada)))
      return [...seen, ...(await each(app, '/me', ...all)), ...(await each(app, '/maybe', ...all))]
    },
    seen: [
      ...[live, '200 bob aal1'],
      ...[down, down, down, down, down, '401 session_missing'],
      ...[down, down, down, down, down, '200 nobody'],
      live,
      ...[live, out, out, out, '200 bob aal1', '401 session_missing'],
      ...[live, '200 nobody', '200 nobody', '200 nobody', '200 bob aal1', '200 nobody'],
    ],
  },
  {
    title: 'says 401 to nobody who is live while it stops and starts, time and again',
    tell: (ory, app) => stopAndStart(ory, app, '/fresh', 0),
    seen: [live, down],
  },
  {
    title: 'says 401 to nobody who is live, however long the outage was',
    tell: (ory, app) => stopAndStart(ory, app, '/me', ttlMs),
    seen: [live, down],
  },
  {
    title: 'refuses at once who logged out as soon as the database was back, and nobody else',
    async tell(ory, app) {
      const { ada, ben, seen } = await meet(ory, app)
      await without(ory, app, async () => {
        app.advance(ttlMs)
        seen.push(...(await each(app, '/me', carry(ada), carry(ben))))
      })
      await ory.logOut(ben)
      seen.push(...(await each(app, '/me', carry(ben), carry(ada))))
      return [...seen, ...(await untilIn(app, ada))]
    },
    seen: [live, '200 bob aal1', down, down, out, live, live],
  },
  {
    title: 'refuses at once every other session of who changed the password, and nobody else',
    async tell(ory, app) {
      const { ada, ben, seen } = await meet(ory, app)
      const others = [
        await ory.signInAgain(ada, 'token'),
        await ory.signInAgain(ada, 'cookie'),
        await ory.signInAgain(ada, 'token'),
      ].map(carry)
      seen.push(...(await each(app, '/me', ...others)))
      app.advance(ttlMs)
      await without(ory, app, async () => seen.push(...(await each(app, '/me', ...others))))
      await ory.changePassword(ada)
      return [...seen, ...(await each(app, '/me', ...others, carry(ada), carry(ben)))]
    },
    seen: [
      ...[live, '200 bob aal1'],
      ...[live, live, live],
      ...[down, down, down],
      ...[out, out, out, live, '200 bob aal1'],
    ],
  },
]
