import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../child.js'
import type { AppTasks } from './app-process.js'
import { apps } from './apps.js'
import { createLoad } from './load.js'
import { createDirector } from './director.js'
import type { Population } from './users.js'
import { drain } from './drain.js'
import { soakFleet } from './fleet/fleet.js'
import { createGauge } from './gauge.js'
import { createHttp1Client } from './http1-client.js'
import { createHttp2Client } from './http2-client.js'
import { createOracle } from './oracle.js'
import type { OryTasks } from './ory-process.js'
import { signIn } from './users.js'
import { createRandom } from './random.js'
import { createTally } from './tally.js'
import { formatCounts, formatGrowth, formatReading, formatRecord } from './report.js'
import { callRoll } from './roll-call.js'
import { readSettings } from './settings.js'
import { rage } from './storm.js'
import { createVisitors } from './visit.js'
import { createWeather } from './weather.js'

/** How many users there are, and how many of them come by at one moment. */
const [users, strollers] = [150, 24]
/** How long faults come, and how long they stay away, at most; both in milliseconds. */
const [stormMs, lullMs] = [20_000, 30_000]
/** Most that the heap may grow in a minute, once it has warmed up, in bytes. */
const mostGrowth = 1024 * 1024

const settings = readSettings(process.argv.slice(2), process.env)
const totalMs = settings.minutes * 60_000
const random = createRandom(settings.seed)
console.log(
  `soak: SOAK_SEED=${settings.seed}, ${settings.minutes} minutes, ${apps.length} applications, ${users} users`,
)

const ory = await startChild<OryTasks>('./soak/ory-process.ts', 'ory')
const app = await startChild<AppTasks>('./soak/app-process.ts', 'server', {
  url: await ory.ask('url'),
})
const tally = createTally()
try {
  const ports = await app.ask('ports')
  const clients = apps.map(({ framework }, index) =>
    framework === 'HTTP/2' ? createHttp2Client(ports[index]!) : createHttp1Client(ports[index]!),
  )
  const population: Population = { logins: [], ended: [] }
  for (let count = 0; count < users; count += 1) {
    population.logins.push(await signIn(ory, random))
  }
  const weather = createWeather()
  const visitors = createVisitors(random.fork())
  const oracle = createOracle(weather)
  const load = createLoad({
    clients,
    visitors,
    population,
    random: random.fork(),
    tally,
    oracle,
  })
  const director = createDirector({
    ...{ ory, app, visitors, population, random: random.fork(), send: load.send },
  })
  const gauge = createGauge(app, ory, totalMs)
  const before = await gauge.read()

  const start = Date.now()
  const isOver = (): boolean => tally.isLost || Date.now() - start >= totalMs
  const chance = random.fork()
  const directing = async (): Promise<void> => {
    while (!isOver()) {
      await director.act()
      await sleep(chance.between(20, 140))
    }
    await director.rest()
  }
  const changing = async (): Promise<void> => {
    while (!isOver()) {
      const until = Date.now() + Math.min(stormMs, totalMs / 2)
      await rage(ory, chance, weather, () => isOver() || Date.now() > until)
      const calmUntil = Date.now() + Math.min(lullMs, totalMs / 2)
      while (!isOver() && Date.now() < calmUntil) await sleep(100)
    }
  }
  const telling = async (): Promise<void> => {
    for (let minute = 1; !isOver(); minute += 1) {
      while (!isOver() && Date.now() < start + minute * 60_000) await sleep(100)
      const reading = gauge.readings.at(-1)
      const minutes = ((Date.now() - start) / 60_000).toFixed(1)
      console.log(`${minutes} min: ${formatRecord(tally)}`)
      if (reading !== undefined) console.log(`  ${formatReading(reading)}`)
    }
  }
  await Promise.all([
    directing(),
    changing(),
    telling(),
    gauge.watch(isOver),
    ...Array.from({ length: strollers }, async () => load.stroll(isOver)),
  ])

  if (!tally.isLost) {
    await callRoll(load, visitors, population, tally)
    console.log(`roll call: ${formatRecord(tally)}`)
    const { faults, whoami, ready } = await ory.ask('counts')
    console.log(`happened: ${formatCounts(director.happened)}`)
    console.log(`at Ory: ${faults} faults, ${whoami} whoami calls, ${ready} readiness calls`)
    const growth = gauge.growth()
    console.log(formatGrowth(growth))
    if (growth !== undefined && growth > mostGrowth) tally.complain('the heap keeps growing')
    console.log(`before: ${formatReading(before)}`)
    const after = await drain({ app, ory, clients, tally, before, read: gauge.read })
    console.log(`after: ${formatReading(after)}`)
  }
  for (const client of clients) client.close()
} catch (error) {
  tally.complain(String(error))
} finally {
  await Promise.all([app.stop(), ory.stop()])
}
// As long again: two processes that share a store.
if (!tally.isLost) {
  await soakFleet(totalMs, random.fork(), tally).catch((error: unknown) => {
    tally.complain(`fleet: ${String(error)}`)
  })
}
const { length } = tally.violations
console.log(
  length === 0 ? 'soak: all is well' : `soak: ${length} violations, SOAK_SEED=${settings.seed}`,
)
if (length > 0) process.exitCode = 1
