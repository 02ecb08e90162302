import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sameAnswer } from '../support/shape.js'
import { withoutAddresses } from './addresses.js'
import { alice, bob, garbageCookie } from './cases/case.js'
import { send, type Sent } from './client/http.js'
import { createKratosOnPostgres } from './database/kratos-on-postgres.js'
import { findMeans } from './database/means.js'
import { createFake } from './fake.js'
import { carry, whoami, type OryOnDatabase } from './ory.js'
import { openApp } from './stories/index.js'
import { outages, type OutageStory } from './stories/outage.js'

/** How long it may take to make a database and to start Kratos on it, in milliseconds. */
const startsWithinMs = 120_000

let fake: OryOnDatabase
beforeAll(async () => void (fake = await createFake('plain')))
afterAll(() => fake.close())

async function tell({ tell }: OutageStory, ory: OryOnDatabase) {
  const app = await openApp(ory)
  try {
    return await tell(ory, app)
  } finally {
    await app.close()
  }
}

describe('the built package before the fake Ory', () => {
  it.each(outages)('$title', async (story) => {
    expect(await tell(story, fake)).toEqual(story.seen)
  })
})

/** Asks of all kinds, by what they are for. */
async function asksOf(ory: OryOnDatabase): Promise<[title: string, sent: Sent][]> {
  const [token, cookie] = [await ory.signIn(alice, 'token'), await ory.signIn(bob, 'cookie')]
  const gone = await ory.signInAgain(token, 'token')
  await ory.revoke(gone)
  return [
    ['a token', whoami(carry(token))],
    ['a cookie', whoami(carry(cookie))],
    ['a token that was revoked', whoami(carry(gone))],
    ['a token that nobody has', whoami({ 'x-session-token': `ory_st_${'0'.repeat(32)}` })],
    ['a cookie that is none', whoami({ cookie: garbageCookie })],
    ['no credential', whoami()],
    ['a token past its cache', whoami({ ...carry(token), 'cache-control': 'max-age=0' })],
    ['its readiness', { path: '/health/ready' }],
    ['its liveness', { path: '/health/alive' }],
  ]
}

const means = findMeans()

if ('missing' in means) {
  beforeAll(() => {
    const titles = outages.map(({ title }) => title).join('; ')
    process.stdout.write(
      `Left out of an outage of PostgreSQL under a real Kratos, for want of ` +
        `${means.missing.join(' and ')} (${outages.length}, and how the fake compares): ${titles}\n`,
    )
  })
} else {
  describe('a real Kratos on PostgreSQL', () => {
    let kratos: OryOnDatabase
    beforeAll(async () => void (kratos = await createKratosOnPostgres(means)), startsWithinMs)
    afterAll(() => kratos.close(), startsWithinMs)

    it.each(outages)('lets the built package before it be: $title', async (story) => {
      expect(await tell(story, kratos)).toEqual(story.seen)
    })

    it('answers as the fake does, whether the database runs, is stopped or is back', async () => {
      const [real, faked] = [await asksOf(kratos), await asksOf(fake)]
      const differences: unknown[] = []
      const statuses: Record<string, number[]> = {}
      async function compare(state: string): Promise<void> {
        for (const [at, [title, sent]] of real.entries()) {
          const answer = withoutAddresses(await send(kratos.url, sent))
          const same = withoutAddresses(await send(fake.url, faked[at]![1]))
          const differs = sameAnswer(answer, same)
          if (differs.length > 0) differences.push([state, title, differs])
          statuses[title] = [...(statuses[title] ?? []), answer.status]
        }
      }

      await compare('running')
      await Promise.all([kratos.stopDatabase(), fake.stopDatabase()])
      await compare('stopped').finally(async () => {
        await Promise.all([kratos.startDatabase(), fake.startDatabase()])
      })
      await compare('back')

      expect(differences).toEqual([])
      expect(statuses).toEqual({
        'a token': [200, 401, 200],
        'a cookie': [200, 401, 200],
        'a token that was revoked': [401, 401, 401],
        'a token that nobody has': [401, 401, 401],
        'a cookie that is none': [401, 401, 401],
        'no credential': [401, 401, 401],
        'a token past its cache': [200, 401, 200],
        'its readiness': [200, 503, 200],
        'its liveness': [200, 200, 200],
      })
    })
  })
}
