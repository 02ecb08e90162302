import { describe, expect, it } from '@jest/globals'
import { expectDenial, sessionMissing, unavailable } from '../support/denial.js'
import type { Reply } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { navigation, startRedirecting } from '../support/navigation.js'
import { byCookie, createWorld } from '../support/world.js'

const world = createWorld()

/** Waits until a navigation without a session is answered by a status. */
async function until(status: number, visit: () => Promise<{ status: number }>): Promise<void> {
  for (let turn = 0; (await visit()).status !== status; turn += 1) {
    if (turn > 100) throw new Error(`No ${status} came`)
  }
}

describe.each(frameworks)('a navigation without a session, under $name', (framework) => {
  it('gets a 503 while Ory is known not to be ready, and the login again afterwards', async () => {
    const { fake, get, clock } = await startRedirecting(world, { framework })
    const headers = byCookie(fake.signIn())
    await get(navigation).expect(303)
    fake.database.stop()
    await get(headers).expect(503)

    const reply = await get(navigation)
    expectDenial(reply, unavailable)
    clock.advance(5_000)
    await get(navigation).expect(303)
  })

  it('gets a 503 while Ory does not answer, once somebody has met that', async () => {
    const { fake, get } = await startRedirecting(world, { framework })
    const fault = fake.fault('reset', { path: 'all' })
    await get(byCookie(fake.signIn())).expect(503)

    await until(503, async () => get(navigation))
    fault.heal()
    await get(byCookie(fake.signIn())).expect(200)
    await get(navigation).expect(303)
  })
})

describe.each(frameworks)(
  'a browser that was sent to an Ory that is away, under $name',
  (framework) => {
    it.each([
      ['is stopped', 'reset'],
      ['has lost its database', 'database'],
    ] as const)('gets a 503 when it comes again, if Ory %s', async (_title, what) => {
      const { fake, get } = await startRedirecting(world, { framework })
      const fault = what === 'reset' ? fake.fault(what, { path: 'all' }) : undefined
      if (what === 'database') fake.database.stop()
      const sent = await get(navigation).expect(303)
      const again = { ...navigation, Cookie: cookiesOf(sent) }

      // No user of this application has asked Ory anything.
      expectDenial(await get(again), unavailable)
      expectDenial(await get(navigation), unavailable)
      fake.database.start()
      fault?.heal()
    })
  },
)

/** The cookies that an answer sets, as a browser sends them back. */
function cookiesOf({ headers }: Reply): string {
  const lines = (headers['set-cookie'] ?? []) as unknown as string[]
  return lines.map((line) => line.split(';', 1)[0]).join('; ')
}

describe('a browser that comes again', () => {
  it('costs one look at the readiness of Ory, and is sent there again', async () => {
    const { fake, get } = await startRedirecting(world)
    const again = { ...navigation, Cookie: cookiesOf(await get(navigation).expect(303)) }
    await Promise.all(Array.from({ length: 5 }, async () => get(again).expect(303)))

    expect([fake.calls.ready, fake.calls.all.length]).toEqual([1, 1])
  })

  it('costs none for a script, or without a readiness route', async () => {
    const scene = await startRedirecting(world)
    const cookie = { Cookie: cookiesOf(await scene.get(navigation).expect(303)) }
    await scene.get(cookie).expect(401)
    const { fake, get } = await startRedirecting(world, { options: { readinessPath: false } })
    await get({ ...navigation, ...cookie }).expect(303)

    expect([...scene.fake.calls.all, ...fake.calls.all]).toEqual([])
  })
})

describe('an Ory that fails for one client', () => {
  it('is not away for the others', async () => {
    const { fake, get } = await startRedirecting(world)
    fake.fault(500, { path: 'whoami' })
    for (let time = 0; time < 2; time += 1) {
      await get({ ...navigation, ...byCookie(fake.signIn()) }).expect(503)
      await get({ ...navigation, 'X-Page': String(time) }, `/page/${time}`).expect(303)
    }
  })

  it('says the plain denial to scripts, as ever', async () => {
    const { fake, get } = await startRedirecting(world)
    fake.database.stop()
    await get(byCookie(fake.signIn())).expect(503)

    expectDenial(await get(), sessionMissing)
  })
})
