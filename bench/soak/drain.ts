import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../child.js'
import type { AppTasks } from './app-process.js'
import { apps } from './apps.js'
import type { Client } from './client.js'
import type { OryTasks } from './ory-process.js'
import type { Reading } from './gauge.js'
import type { Tally } from './tally.js'

/** Longest that something may take to come about, in milliseconds. */
const patienceMs = 10_000
/** Longest that closing a socket may take, in milliseconds: undici closes an idle one after four seconds. */
const closingMs = 1_500
/** Most that the heap may have grown from before the first request to after the last, in bytes. */
const mostGrowth = 24 * 2 ** 20

interface DrainParts {
  readonly app: Child<AppTasks>
  readonly ory: Child<OryTasks>
  readonly clients: readonly Client[]
  readonly tally: Tally
  /** How the process was before the first request. */
  readonly before: Reading
  readonly read: () => Promise<Reading>
}

/** Closes everything, and looks for what is left behind. Tells how the process is in the end. */
export async function drain(parts: DrainParts): Promise<Reading> {
  const { app, ory, clients, tally, before, read } = parts

  const question = async (): Promise<number> =>
    (await app.ask('stats')).reduce((sum, { inFlight }) => sum + inFlight, 0)
  if (!(await comesTo(0, question))) tally.complain('drain: questions are still under way')
  const { open } = await ory.ask('counts')
  const most = apps.reduce((sum, { options }) => sum + (options.connections ?? 50) + 1, 0)
  if (open > most) tally.complain(`drain: ${open} sockets to Ory, ${most} at most`)

  for (const client of clients) client.close()
  await app.ask('close')
  if (!(await comesTo(0, async () => (await ory.ask('counts')).open, closingMs))) {
    tally.complain('drain: sockets to Ory are still open')
  }
  const sockets = async (): Promise<number> => (await app.ask('remains')).sockets
  if (!(await comesTo(0, sockets))) tally.complain('drain: sockets of clients are still open')

  for (const [index, stats] of (await app.ask('stats')).entries()) {
    const { entries, bytes, inFlight } = stats
    if (entries + bytes + inFlight > 0) {
      tally.complain(
        `drain: ${apps[index]!.name} holds ${entries} entries, ${bytes} bytes, ${inFlight} in flight`,
      )
    }
  }
  const { count, filled } = await app.ask('collections')
  if (count === 0) tally.complain('drain: no Map of the package was watched')
  for (const { app: name, madeAt, size } of filled) {
    tally.complain(`drain: ${name}: the collection made at ${madeAt} holds ${size}`)
  }
  const { sampled, held, timers, warnings } = await app.ask('remains')
  if (held.length > 0) tally.complain(`drain: of ${sampled} sampled, held are ${held.join(', ')}`)
  if (timers > 0) tally.complain(`drain: ${timers} timers are running`)
  for (const warning of warnings) tally.complain(`warning: ${warning}`)

  const after = await read()
  if (after.heap - before.heap > mostGrowth) {
    tally.complain(`drain: the heap has grown by ${after.heap - before.heap} bytes`)
  }
  console.log(
    `drained: ${count} collections empty or gone, ${sampled} sampled sessions and requests gone`,
  )
  return after
}

/** Whether a number comes to what it should be, in a while. */
async function comesTo(
  expected: number,
  read: () => Promise<number>,
  withinMs = patienceMs,
): Promise<boolean> {
  const until = Date.now() + withinMs
  while ((await read()) !== expected) {
    if (Date.now() > until) return false
    await sleep(100)
  }
  return true
}
