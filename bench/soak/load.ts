import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, Reply } from './client.js'
import type { Population } from './users.js'
import { adoptCookie, noteLive } from './users.js'
import type { Random } from './random.js'
import type { Tally } from './tally.js'
import type { Verdict } from './oracle.js'
import type { Visit, Visitors } from './visit.js'

export interface LoadParts {
  readonly clients: readonly Client[]
  readonly visitors: Visitors
  readonly population: Population
  readonly random: Random
  readonly tally: Tally
  readonly oracle: (visit: Visit, reply: Reply) => Verdict
}

/** Sends requests, and holds every answer against what it has to be. */
export interface Load {
  /** One of those who come by, again and again. */
  stroll(isOver: () => boolean): Promise<void>
  /** Sends requests of one application at once. */
  send(visits: readonly Visit[]): Promise<readonly (Reply | undefined)[]>
}

/** How many of one credential come at once, and how many share a connection, at most. */
const [largestHerd, longestPipeline] = [12, 6]
/** Longest between two visits of one who strolls, in milliseconds. */
const longestBreakMs = 70

export function createLoad(parts: LoadParts): Load {
  const { clients, visitors, population, random, tally, oracle } = parts

  function check(visit: Visit, reply: Reply): void {
    const verdict = oracle(visit, reply)
    tally.add(visit, reply, verdict)
    if (visit.carried.kind === 'session' && verdict.complaint === undefined) learn(visit, reply)
  }

  async function send(visits: readonly Visit[]): Promise<readonly (Reply | undefined)[]> {
    return Promise.all(
      clients[visits[0]!.app]!.send(visits).map(async (pending, index) => {
        const visit = visits[index]!
        try {
          const reply = await pending
          check(visit, reply)
          return reply
        } catch (error) {
          tally.complainOf(visit, String(error))
          return undefined
        }
      }),
    )
  }

  const draw = (): Visit => visitors.draw(population.logins, population.ended)

  /** Others who come to the same application at the same moment. */
  const drawSome = (count: number): readonly Visit[] => {
    const first = draw()
    return [first, ...Array.from({ length: count - 1 }, () => ({ ...draw(), app: first.app }))]
  }

  async function visit(): Promise<void> {
    switch (random.weighted({ one: 84, herd: 3, pipeline: 7, leave: 6 })) {
      case 'one':
        await send([draw()])
        break
      case 'herd': {
        const first = draw()
        const herd = Array.from({ length: random.below(largestHerd) }, () => visitors.again(first))
        await Promise.all([first, ...herd].map(async (one) => send([one])))
        break
      }
      case 'pipeline':
        await send(drawSome(2 + random.below(longestPipeline - 1)))
        break
      case 'leave': {
        // Others of the same credential stay, and must get their answer.
        const first = draw()
        const stays = random.chance(0.5) ? send([visitors.again(first)]) : undefined
        const leavers = [first, ...(random.chance(0.3) ? [visitors.again(first)] : [])]
        tally.addAborted(leavers.length)
        await clients[first.app]!.leave(leavers, random.below(40))
        await stays
      }
    }
  }

  return {
    send,
    async stroll(isOver) {
      while (!isOver()) {
        await visit()
        await sleep(random.below(longestBreakMs))
      }
    },
  }
}

/** Takes note of what a good answer to a login means for those that follow. */
function learn(visit: Visit, { status, sentAt, receivedAt, setCookie, text }: Reply): void {
  if (visit.carried.kind !== 'session') return
  const { login, key } = visit.carried
  const acquaintance = login.known[visit.app]!
  const forgottenAt = acquaintance.forgotten.at(-1)?.span.to ?? -Infinity
  // On an optional route 200 may also be for nobody.
  const isLive = status === 200 && text.includes(login.session)
  if (isLive && sentAt > forgottenAt) noteLive(acquaintance, key, receivedAt)
  // As browsers do. Were it the cookie of somebody else, the next request would tell.
  for (const line of setCookie) adoptCookie(login, line.slice(0, line.indexOf(';')))
}
