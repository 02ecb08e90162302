import { setTimeout as sleep } from 'node:timers/promises'
import { apps, isRoomy } from './apps.js'
import type { Route } from './apps.js'
import type { ChangeParts, Changes } from './changes.js'
import type { Reply } from './client.js'
import type { Login } from './users.js'
import type { Visit, Visitors } from './visit.js'

export interface EncounterParts extends ChangeParts {
  readonly visitors: Visitors
  /** Sends requests, and holds the answers against what they have to be. */
  readonly send: (visits: readonly Visit[]) => Promise<readonly (Reply | undefined)[]>
}

/** What happens between somebody and an application, a request here and a change there. */
export interface Encounters {
  /** Somebody logs out. */
  logout(login: Login): Promise<void>
  /** Somebody is asked for more, shows it, and comes back before the application has forgotten. */
  proveWhereAsked(login: Login, factor: 'stepUp' | 'refresh', route: Route): Promise<void>
  /** Ory is asked, slowly, and what it says is forgotten before it has arrived. */
  overtake(login: Login): Promise<void>
  /** Resolves when everybody has come back who was to. */
  rest(): Promise<void>
}

/** How long somebody is away who was asked for more, in milliseconds. */
const backAfterMs = 3_000

export function createEncounters(
  { ory, random, visitors, send }: EncounterParts,
  { end, invalidate, prove, update }: Changes,
): Encounters {
  const comingBack = new Set<Promise<unknown>>()

  async function logout(login: Login): Promise<void> {
    const roomy = apps.flatMap((spec, index) => (isRoomy(spec) ? [index] : []))
    const index = random.pick(roomy)
    const visit = visitors.logout(login, index)
    if (visit.carried.kind !== 'session') return
    const { key, source } = visit.carried
    const known = login.known[index]!
    const from = Date.now()
    known.loggedOut = { span: { from, to: Infinity }, key }
    // A token's session may have ended at Ory, whatever comes back.
    if (source === 'token') login.ended = { from, to: Infinity }
    const [reply] = await send([visit])
    if (reply !== undefined && reply.status < 300) {
      const span = { from, to: Date.now() }
      known.loggedOut = { span, key }
      if (source === 'token') login.ended = span
    } else if (source === 'token') {
      await end([login], async () => ory.ask('revoke', login.session))
    }
  }

  async function proveWhereAsked(
    login: Login,
    factor: 'stepUp' | 'refresh',
    route: Route,
  ): Promise<void> {
    const visit = visitors.of(login, random.below(apps.length), route)
    await send([visit])
    await prove(login, factor)
    const later = sleep(backAfterMs).then(async () => send([visitors.again(visit)]))
    comingBack.add(later)
    void later.finally(() => comingBack.delete(later))
  }

  async function overtake(login: Login): Promise<void> {
    const index = random.below(apps.length)
    const visit = visitors.of(login, index, '/')
    await invalidate(login, index)
    await ory.ask('fault', { fault: 'late', options: { times: 2, delayMs: 250 } })
    const early = send([visit])
    await sleep(random.between(30, 120))
    await update(login)
    await invalidate(login, index)
    await Promise.all([early, send([visitors.again(visit)])])
    await send([visitors.again(visit)])
  }

  return {
    logout,
    proveWhereAsked,
    overtake,
    async rest() {
      await Promise.all(comingBack)
    },
  }
}
