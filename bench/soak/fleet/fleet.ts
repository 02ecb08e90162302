import { setTimeout as sleep } from 'node:timers/promises'
import { hasRedis, startRedis } from '../../../test/support/redis-server.js'
import { startChild } from '../../child.js'
import type { Child } from '../../child.js'
import type { OryTasks } from '../ory-process.js'
import type { Random } from '../random.js'
import { formatCounts } from '../report.js'
import type { Tally } from '../tally.js'
import { cacheTtlMs, judge } from './judge.js'
import type { MemberTasks } from './member.js'
import { createStoreWeather } from './store-weather.js'
import { signInUser } from './users.js'
import type { User } from './users.js'

/** How many users there are, and how many of them come by at one moment. */
const [userCount, strollers] = [40, 8]
const patienceMs = 20_000

/** Two processes with a Redis that is stopped, killed, wiped, filled and started. Ory is well all the time. */
export async function soakFleet(totalMs: number, random: Random, tally: Tally): Promise<void> {
  if (!hasRedis) {
    console.log('fleet: skipped, there is no redis-server (apt-get install redis-server)')
    return
  }
  const redis = await startRedis()
  const ory = await startChild<OryTasks>('./soak/ory-process.ts', 'ory')
  const settings = { url: await ory.ask('url'), port: redis.port, cacheTtlMs }
  const member = () => startChild<MemberTasks>('./soak/fleet/member.ts', 'member', settings)
  const members = [await member(), await member()]
  const weather = createStoreWeather(redis, random.fork())
  const users: User[] = []
  const ended: User[] = []
  const outcomes: Record<string, number> = {}
  const start = Date.now()
  const isOver = (): boolean => tally.isLost || Date.now() - start >= totalMs

  async function visit(user: User, index: number): Promise<string> {
    const sentAt = Date.now()
    const { session, code, reason, servedFrom } = await members[index]!.ask('ask', user.token)
    const outcome = code ?? String(servedFrom)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const complaint = judge({ user, index, sentAt, session, code, reason }, weather)
    if (complaint !== undefined) tally.complain(`fleet: ${complaint}`)
    return outcome
  }

  async function stroll(chance: Random): Promise<void> {
    while (!isOver()) {
      const from = ended.length > 0 && chance.chance(0.3) ? ended : users
      await visit(from[chance.zipf(from.length)]!, chance.below(members.length))
      await sleep(chance.between(0, 10))
    }
  }

  /** Ends a session at Ory, and most times in the fleet too. */
  async function end(index: number, chance: Random): Promise<void> {
    const user = users[index]!
    users[index] = await signInUser(ory)
    user.isEnding = true
    await ory.ask('revoke', user.session)
    user.endedAt = Date.now()
    ended.unshift(user)
    ended.splice(userCount)
    if (chance.chance(0.2)) return
    const by = chance.below(members.length)
    const isTaken = await members[by]!.ask('invalidate', { session: user.session })
    const now = Date.now()
    user.forgottenAt.set(by, now)
    if (isTaken) user.revokedAt = now
    const name = isTaken ? 'revoked' : 'store_unavailable'
    outcomes[name] = (outcomes[name] ?? 0) + 1
  }

  try {
    for (let count = 0; count < userCount; count += 1) users.push(await signInUser(ory))
    const chance = random.fork()
    const directing = async (): Promise<void> => {
      while (!isOver()) {
        await end(chance.below(userCount), chance)
        await sleep(chance.between(20, 140))
      }
    }
    await Promise.all([
      weather.rage(isOver),
      directing(),
      ...Array.from({ length: strollers }, async () => stroll(random.fork())),
    ])
    await expectSharing(members, ory, tally)
    console.log(`fleet: ${formatCounts(outcomes)}; the store: ${formatCounts(weather.happened)}`)
    for (const one of members) {
      await one.ask('close')
      const { troubles, timers, inFlight, entries } = await one.ask('remains')
      for (const trouble of troubles) tally.complain(`fleet: ${trouble}`)
      if (timers + inFlight + entries > 0) {
        tally.complain(
          `fleet: left are ${timers} timers, ${inFlight} questions, ${entries} entries`,
        )
      }
    }
  } finally {
    await Promise.all([...members, ory].map(async (child) => child.stop()))
    redis.thaw()
    await redis.close()
  }
}

/** Once the store is well, the processes share what they learn, and what they revoke. */
async function expectSharing(
  [a, b]: readonly Child<MemberTasks>[],
  ory: Child<OryTasks>,
  tally: Tally,
): Promise<void> {
  const until = Date.now() + patienceMs
  while (Date.now() < until) {
    const user = await signInUser(ory)
    await a!.ask('ask', user.token)
    if ((await b!.ask('ask', user.token)).servedFrom === 'cache') {
      await ory.ask('revoke', user.session)
      await a!.ask('invalidate', { session: user.session })
      await sleep(1_500)
      if ((await b!.ask('ask', user.token)).code === 'session_invalid') return
      tally.complain('fleet: a revocation has not reached the other process')
      return
    }
    await sleep(200)
  }
  tally.complain('fleet: the processes share nothing, though the store is well')
}
