import { setTimeout as sleep } from 'node:timers/promises'
import { apps } from './apps.js'
import type { Load } from './load.js'
import type { Population } from './users.js'
import { isOver } from './users.js'
import type { Login } from './users.js'
import type { Tally } from './tally.js'
import type { Visit, Visitors } from './visit.js'

/** Longest that an application may take to get over the last fault, in milliseconds. */
const recoveryMs = 45_000
/** How often somebody is asked again who met with a budget that is used up, or a busy machine. */
const attempts = 30

/** Once nothing is wrong any more, everybody must be answered rightly, by every application. */
export async function callRoll(
  load: Load,
  visitors: Visitors,
  { logins, ended }: Population,
  tally: Tally,
): Promise<void> {
  /** Asks until there is an answer. */
  async function ask(visit: Visit, deadline: number): Promise<number | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const [reply] = await load.send([attempt === 1 ? visit : visitors.again(visit)])
      if (reply?.status !== 503) return reply?.status
      if (attempt >= attempts && Date.now() > deadline) return 503
      await sleep(500)
    }
  }

  async function expectStatus(login: Login, app: number): Promise<void> {
    const status = await ask(visitors.of(login, app, '/fresh'), Date.now() + recoveryMs)
    const now = Date.now()
    const isLoggedOut = login.known[app]!.loggedOut !== undefined
    // The oracle has judged the rest: here nobody may be left without an answer.
    const expected = isOver(login, now) ? [401] : isLoggedOut ? [200, 401] : [200]
    const isExpiring = login.expires.from < now
    if (status === undefined || isExpiring || expected.includes(status)) return
    tally.complain(`roll call: ${apps[app]!.name} says ${status} to ${login.session}`)
  }

  const everybody = [...logins, ...ended].flatMap((login) => apps.map((_, app) => ({ login, app })))
  const helpers = Array.from({ length: 8 }, async () => {
    for (let next = everybody.pop(); next !== undefined && !tally.isLost; next = everybody.pop()) {
      await expectStatus(next.login, next.app)
    }
  })
  await Promise.all(helpers)
}
