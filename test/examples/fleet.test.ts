import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals'
import { hasRedis, startRedis, withRedis } from '../support/redis-server.js'
import type { RedisServer } from '../support/redis-server.js'
import { readCurlLines, ways } from './curl-line.js'
import { root, runExample, stopExamples } from './example.js'

jest.setTimeout(180_000)

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<'start:fleet', string>>
}
const describeRedis = hasRedis ? describe : describe.skip

let redis: RedisServer | undefined
afterEach(stopExamples)
afterAll(async () => {
  await redis?.close()
})

describeRedis(withRedis('npm run start:fleet'), () => {
  it.each(ways)('prints lines that answer what is said above each, by %s', async (_name, send) => {
    redis ??= await startRedis()
    const fleet = runExample(scripts['start:fleet'], { REDIS_URL: redis.url })
    await fleet.waitFor(/Ctrl-C ends it/)
    const lines = readCurlLines(fleet.output())
    const statuses: number[] = []
    for (const { command, promised } of lines) {
      statuses.push(await send(command))
      // The other process hears of the logout some milliseconds later, which a busy machine makes more. No
      // retry: it would go to the next process.
      if (promised === 204) await sleep(2_000)
    }
    expect(statuses).toEqual(lines.map(({ promised }) => promised))
    expect(statuses).toEqual([200, 200, 200, 200, 204, 401, 401])
    fleet.kill('SIGTERM')
    expect(await fleet.ended()).toBe(0)
  })
})

describe('npm run start:fleet without a Redis', () => {
  it('says how to get one', async () => {
    const fleet = runExample(scripts['start:fleet'], { REDIS_URL: 'redis://127.0.0.1:1' })
    await fleet.waitFor(
      /There is no Redis at redis:\/\/127\.0\.0\.1:1[^]*apt-get install redis-server/,
    )
    expect(await fleet.ended()).toBe(1)
  })
})
