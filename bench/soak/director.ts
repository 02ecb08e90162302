import { apps } from './apps.js'
import { createChanges } from './changes.js'
import { createEncounters } from './encounters.js'
import type { EncounterParts } from './encounters.js'
import { adoptCookie, loginsOf, signIn } from './users.js'
import type { Login } from './users.js'

/** What happens to users. */
export interface Director {
  /** One thing happens to one of them. */
  act(): Promise<void>
  /** Resolves when everybody has come back who was to. */
  rest(): Promise<void>
  /** How often what has happened. */
  readonly happened: Readonly<Record<string, number>>
}

/** How many of those whose sessions have ended still come by. */
const maxEnded = 60

const weights = {
  revoke: 3,
  revokeAll: 1,
  deactivate: 1,
  revokeAndInvalidate: 4,
  invalidate: 5,
  update: 8,
  updateAndInvalidate: 4,
  stepUp: 3,
  refresh: 3,
  extend: 3,
  reissue: 2,
  overtake: 3,
  logout: 4,
} as const

/** Makes one thing happen after another, and notes when. */
export function createDirector(parts: EncounterParts): Director {
  const { ory, population, random } = parts
  const { logins, ended } = population
  const changes = createChanges(parts)
  const { end, invalidate, invalidateEverywhere, update, prolong } = changes
  const { logout, proveWhereAsked, overtake, rest } = createEncounters(parts, changes)
  const happened: Record<string, number> = {}

  /** Lets somebody come instead of one who does not any more; sometimes the same person. */
  async function retire(login: Login, isPersonThere = false): Promise<void> {
    const familiar = isPersonThere && random.chance(0.5) ? login.person : undefined
    const index = logins.indexOf(login)
    if (index === -1) return
    logins[index] = await signIn(ory, random, familiar)
    ended.push(login)
    if (ended.length > maxEnded) ended.shift()
  }

  const acts: Readonly<Record<keyof typeof weights, (login: Login) => Promise<unknown>>> = {
    async revoke(login) {
      await end([login], async () => ory.ask('revoke', login.session))
      await retire(login, true)
    },
    async revokeAll(login) {
      const affected = loginsOf(population, login)
      await end(affected, async () => ory.ask('revokeAll', login.person.identity))
      for (const each of affected) await retire(each)
    },
    async deactivate(login) {
      const affected = loginsOf(population, login)
      await end(affected, async () => ory.ask('deactivate', login.person.identity))
      for (const each of affected) await retire(each)
    },
    async revokeAndInvalidate(login) {
      await end([login], async () => ory.ask('revoke', login.session))
      await invalidateEverywhere(login)
      await retire(login, true)
    },
    invalidate: async (login) => invalidate(login, random.below(apps.length)),
    update,
    async updateAndInvalidate(login) {
      await update(login)
      await invalidateEverywhere(login)
    },
    stepUp: async (login) =>
      proveWhereAsked(logins.find(({ steppedUp }) => !steppedUp) ?? login, 'stepUp', '/aal2'),
    refresh: async (login) =>
      proveWhereAsked(
        logins.find(({ authenticated }) => !authenticated) ?? login,
        'refresh',
        '/recent',
      ),
    extend: async (login) =>
      prolong(login, async () => ory.ask('extend', { session: login.session, byMs: 2_000 })),
    reissue: async (login) => adoptCookie(login, await ory.ask('reissue', login.session)),
    async logout(login) {
      await logout(login)
      await retire(login, true)
    },
    overtake,
  }

  return {
    happened,
    rest,
    async act() {
      const expired = logins.find(({ expires }) => expires.to < Date.now())
      if (expired !== undefined) {
        happened['expire'] = (happened['expire'] ?? 0) + 1
        await retire(expired, true)
        return
      }
      const name = random.weighted(weights)
      happened[name] = (happened[name] ?? 0) + 1
      await acts[name](logins[random.zipf(logins.length)]!)
    },
  }
}
