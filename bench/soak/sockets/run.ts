import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../../child.js'
import type { OryTasks } from '../ory-process.js'
import { createRandom } from '../random.js'
import { formatCounts } from '../report.js'
import { readSettings } from '../settings.js'
import { rage } from '../storm.js'
import { createWeather } from '../weather.js'
import type { SocketAppTasks } from './app-process.js'
import { createEndings } from './endings.js'
import { createGuest, overSince } from './guest.js'
import type { Guest } from './guest.js'
import { everyMs, slackMs } from './settings.js'
import { createVisitors } from './visitors.js'

/** How many sessions are live at a time, and how many users open sockets at one moment. */
const [users, strollers] = [60, 6]
/** How long the weather is fine at first and after each storm, and how long a storm is; in milliseconds. */
const [fineMs, stormMs] = [30_000, 10_000]

const settings = readSettings(process.argv.slice(2), process.env)
const totalMs = settings.minutes * 60_000
const random = createRandom(settings.seed)
console.log(`soak of sockets: SOAK_SEED=${settings.seed}, ${settings.minutes} minutes`)

const ory = await startChild<OryTasks>('./soak/ory-process.ts', 'ory')
const url = await ory.ask('url')
const app = await startChild<SocketAppTasks>('./soak/sockets/app-process.ts', 'server', { url })
const violations: string[] = []
try {
  const port = await app.ask('port')
  const weather = createWeather()
  const visitors = createVisitors(port, weather, random.fork())
  const end = createEndings({ ory, app, port, visitors, random: random.fork() })
  const guests: Guest[] = []
  const happened: Record<string, number> = {}
  while (guests.length < users) guests.push(await createGuest(ory, random))
  const start = Date.now()
  const isOver = (): boolean => Date.now() - start >= totalMs || visitors.violations.length > 20

  const stroll = async (chance: typeof random): Promise<void> => {
    while (!isOver()) {
      const guest = chance.pick(guests)
      if (!guest.staysAway) await visitors.visit(guest)
      await sleep(chance.between(10, 200))
    }
  }
  const change = async (): Promise<void> => {
    const chance = random.fork()
    while (!isOver()) {
      const way = await end(chance.pick(guests))
      happened[way] = (happened[way] ?? 0) + 1
      // A guest comes back a while after the end, and is denied. Then another user comes instead.
      for (const [index, guest] of guests.entries()) {
        if (overSince(guest) + 3 * everyMs > Date.now()) continue
        guests[index] = await createGuest(ory, chance)
      }
      await sleep(chance.between(20, 300))
    }
  }
  const inspect = async (): Promise<void> => {
    let last = Date.now()
    while (!isOver()) {
      await sleep(100)
      // If this process was late, the application may have been, too.
      if (Date.now() - last > 500) visitors.noteLate()
      last = Date.now()
      visitors.inspect()
    }
  }
  const storms = async (): Promise<void> => {
    const chance = random.fork()
    while (!isOver()) {
      const until = Date.now() + Math.min(fineMs, totalMs / 2)
      while (!isOver() && Date.now() < until) await sleep(100)
      const stormUntil = Date.now() + stormMs
      await rage(ory, chance, weather, () => isOver() || Date.now() > stormUntil)
    }
  }
  await Promise.all([
    ...Array.from({ length: strollers }, async () => stroll(random.fork())),
    change(),
    inspect(),
    storms(),
  ])
  console.log(
    `sockets: ${formatCounts(visitors.counts)}; ${String(visitors.size())} open at the end`,
  )
  console.log(`happened: ${formatCounts(happened)}`)
  violations.push(...visitors.violations)

  await visitors.leave()
  // Handshakes that are under way have their deadline.
  await sleep(slackMs)
  // A denied client that does not close its side is given a while, too.
  const until = Date.now() + 10_000
  let remains = await app.ask('remains')
  while (remains.sockets + remains.held + remains.inFlight > 0 && Date.now() < until) {
    await sleep(200)
    remains = await app.ask('remains')
  }
  const { sockets, held, inFlight, handshakes, warnings } = remains
  if (sockets + held + inFlight > 0) {
    violations.push(`left behind: ${sockets} sockets, ${held} requests, ${inFlight} questions`)
  }
  violations.push(...warnings)
  if ((visitors.counts['ended'] ?? 0) === 0) violations.push('no socket was ended')
  console.log(`drained: of ${handshakes} handshakes, ${held} requests are held`)
  await app.ask('close')
} catch (error) {
  violations.push(String(error))
} finally {
  await Promise.all([app.stop(), ory.stop()])
}
for (const violation of violations) console.log(`VIOLATION ${violation}`)
console.log(violations.length === 0 ? 'soak of sockets: all is well' : 'soak of sockets: failed')
if (violations.length > 0) process.exitCode = 1
