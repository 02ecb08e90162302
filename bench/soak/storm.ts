import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultKind, FaultOptions } from 'express-ory-session/testing'
import type { Child } from '../child.js'
import type { OryTasks } from './ory-process.js'
import type { Random } from './random.js'
import type { Weather } from './weather.js'

/**
 * What goes wrong with whoami. Those are left out that are Ory's own no to somebody who is signed in:
 * a plain 401 from a healthy Ory, and `active: false`.
 */
const whoamiFaults: readonly (FaultKind | number)[] = [
  ...(['late', 'silent', 'reset', 'reset-mid-body', 'truncated', 'drip'] as const),
  ...(['empty', 'html', 'malformed', 'oversized', 'waf', '401-html', 'identity-mixup'] as const),
  ...[500, 502, 503, 504, 429, 400, 403, 404, 418, 204, 302],
]
const readyFaults: readonly (FaultKind | number)[] = ['late', 'silent', 'reset', 500, 503, 429]
const logoutFaults: readonly (FaultKind | number)[] = ['late', 'reset', 'html', 500, 502, 429]

/** How long the database is away, and how long it is there at least before it goes again. */
const [outageMs, pauseMs] = [1_500, 3_000]

/** Makes one thing after another go wrong at Ory, until `isOver` says so. */
export async function rage(
  ory: Child<OryTasks>,
  random: Random,
  weather: Weather,
  isOver: () => boolean,
): Promise<void> {
  let nextOutageAt = Date.now() + pauseMs / 3
  const storm = weather.storm()
  while (!isOver()) {
    if (Date.now() > nextOutageAt) {
      await stopDatabase(ory, random, weather)
      nextOutageAt = Date.now() + random.between(pauseMs, 3 * pauseMs)
    } else {
      await strike(ory, random)
    }
    await sleep(random.between(50, 500))
  }
  await ory.ask('heal')
  storm.end()
}

async function strike(ory: Child<OryTasks>, random: Random): Promise<void> {
  const path = random.weighted({ whoami: 12, ready: 1, logout: 1 })
  const faults = { whoami: whoamiFaults, ready: readyFaults, logout: logoutFaults }[path]
  const fault = random.pick(faults)
  const delayMs = fault === 'drip' ? 40 : Math.floor(random.between(20, 600))
  const options: FaultOptions = {
    path,
    ...(['late', 'drip'].includes(String(fault)) || random.chance(0.2) ? { delayMs } : {}),
  }
  if (random.chance(0.15)) {
    // Everybody meets it for a while.
    await ory.ask('fault', { fault, options })
    await sleep(random.between(200, 1_500))
    await ory.ask('heal')
  } else {
    await ory.ask('fault', { fault, options: { ...options, times: 1 + random.below(6) } })
  }
}

async function stopDatabase(ory: Child<OryTasks>, random: Random, weather: Weather): Promise<void> {
  const outage = weather.outage()
  await ory.ask('stopDatabase')
  await sleep(random.between(outageMs / 3, outageMs))
  await ory.ask('startDatabase')
  outage.end()
}
