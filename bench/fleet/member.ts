import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createOrySession } from 'express-ory-session'
import { redisStore } from 'express-ory-session/redis'
import { serve, settingsOfChild } from '../child.js'
import { quantile } from '../statistics.js'
import { sessionCookie } from '../visitor.js'

/** One process of the fleet, which asks itself what its share of the requests would ask. */
const { url, port, hasBell } = settingsOfChild() as {
  url: string
  port?: number
  hasBell: boolean
}

const clients = port === undefined ? [] : [new Redis(port), new Redis(port)]
const [client, subscriber] = clients
const listen = async (channel: string, onMessage: () => void): Promise<() => void> => {
  await subscriber!.subscribe(channel)
  subscriber!.on('message', onMessage)
  return () => void subscriber!.off('message', onMessage)
}
const store =
  client && redisStore(([name, ...args]) => client.call(name, args), hasBell ? { listen } : {})
const storeSecret = 'a secret of the benchmark, of 32 bytes and more'
// A busy machine is slow, and what is measured is not how patient we are.
const ory = createOrySession({
  url,
  timeoutMs: 10_000,
  ...(store && { store, storeSecret, storeTimeoutMs: 1_000 }),
})

const requestOf = (visitor: number) => ({ headers: { cookie: sessionCookie(visitor) } })

/** `undefined`: a machine that is too busy for this rate of requests. */
async function sessionOf(visitor: number): Promise<object | undefined> {
  return (await ory.authenticate(requestOf(visitor))).session
}

/** Asks until there is an answer. */
async function learn(visitor: number): Promise<object> {
  for (;;) {
    const session = await sessionOf(visitor)
    if (session !== undefined) return session
    await sleep(50)
  }
}

/** The clock that all processes of a machine share, in milliseconds. */
const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6

const tasks = {
  /** Sends one request after the other at a steady rate, and waits for all answers. */
  async run({ visitors, everyMs }: { visitors: readonly number[]; everyMs: number }) {
    const times: number[] = []
    let denied = 0
    const start = process.cpuUsage()
    const startedAt = performance.now()
    const answers: Promise<unknown>[] = []
    for (const [index, visitor] of visitors.entries()) {
      const waitMs = startedAt + index * everyMs - performance.now()
      if (waitMs > 1) await sleep(waitMs)
      const sentAt = performance.now()
      const answer = sessionOf(visitor).then((session) => {
        times.push(performance.now() - sentAt)
        if (session === undefined) denied += 1
      })
      answers.push(answer)
    }
    await Promise.all(answers)
    const { user, system } = process.cpuUsage(start)
    return { p99: quantile(times, 0.99), cpuMs: (user + system) / 1_000, denied }
  },
  async learn(visitor: number) {
    await learn(visitor)
  },
  /** Asks about visitors one after the other, until the code is compiled. */
  async warmUp({ from, count }: { from: number; count: number }) {
    for (let visitor = from; visitor < from + count; visitor += 1) {
      for (let again = 0; again < 3; again += 1) await learn(visitor)
    }
  },
  /** When the first request came about which the process asked anew, of a visitor whom it knew. */
  async hear({ visitor, patienceMs }: { visitor: number; patienceMs: number }) {
    const before = await learn(visitor)
    const until = performance.now() + patienceMs
    while (performance.now() < until) {
      await sleep(1)
      const cameAt = sharedNow()
      if ((await sessionOf(visitor)) !== before) return cameAt
    }
    return undefined
  },
  async invalidate(visitor: number) {
    const startedAt = sharedNow()
    await ory.invalidate({ request: requestOf(visitor) })
    return startedAt
  },
  async close() {
    await ory.close()
    for (const one of clients) one.disconnect()
  },
}

export type MemberTasks = typeof tasks

serve(tasks)
