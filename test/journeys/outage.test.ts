import { afterEach, describe, expect, it } from '@jest/globals'
import type { Response } from 'playwright-core'
import { createStage, heading, story, who } from './stage.js'
import { findWorlds } from './worlds.js'

const ttlMs = 11_000
const minuteMs = 60_000

describe.each(findWorlds())('what happens elsewhere, at $name', (maker) => {
  const stage = createStage(maker)
  afterEach(() => stage().world.start())

  it(
    'is a 503 while Ory is stopped, and no logout afterwards',
    story(stage, async ({ world, app, page, openContext, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      await world.stop()
      app.advance(ttlMs)
      const answer = await page.goto(`${app.url}/private`)
      expect([answer?.status(), page.url()]).toEqual([503, `${app.url}/private`])
      // By now it is known that Ory is away: its login page would be a dead end.
      const other = await (await openContext()).newPage()
      const denied = await other.goto(`${app.url}/private`)
      expect([denied?.status(), other.url()]).toEqual([503, `${app.url}/private`])
      await world.start()
      app.advance(minuteMs)
      await page.reload()
      await other.reload()

      expect(await who(page)).toBe(`Signed in as ${person.email}`)
      expect(await world.pages.which(other)).toBe('login')
    }),
  )

  it(
    'is a 503 while Ory hangs, and no logout afterwards',
    story(stage, async ({ world, app, page, openContext, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      await world.hang()
      app.advance(ttlMs)
      expect((await page.goto(`${app.url}/private`))?.status()).toBe(503)
      // Until the question whether Ory is away has timed out, too, nobody knows it.
      const signedOut = await openContext()
      const other = await signedOut.newPage()
      let denied: Response | null = null
      for (let asked = 0; denied?.status() !== 503 && asked < 10; asked += 1) {
        await signedOut.clearCookies()
        denied = await other.goto(`${app.url}/private`, { timeout: 3_000 }).catch(() => null)
      }
      expect([denied?.status(), other.url()]).toEqual([503, `${app.url}/private`])
      await world.start()
      app.advance(minuteMs)
      await page.reload()

      expect(await who(page)).toBe(`Signed in as ${person.email}`)
    }),
  )

  it(
    'is a 503 for a browser that comes again, when nobody is signed in while Ory is stopped',
    story(stage, async ({ world, app, page, context }) => {
      await world.stop()
      // Ends in the browser's own error page, which reloads itself, so the second visit has a tab of its own.
      await page.goto(`${app.url}/private`).catch(() => undefined)
      const again = await context.newPage()
      const answer = await again.goto(`${app.url}/private`)

      expect([answer?.status(), again.url()]).toEqual([503, `${app.url}/private`])
    }),
  )

  it(
    'ends this session, when the password was changed on another device',
    story(stage, async ({ world, app, page, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      await world.changePassword(person)
      app.advance(ttlMs)
      await page.goto(`${app.url}/private`)

      expect(await world.pages.which(page)).toBe('login')
    }),
  )

  it(
    'loses no form that was filled in before the session ended',
    story(stage, async ({ world, app, page, context, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      await page.getByLabel('Note').fill('half a page of text')
      const kept = (await context.cookies()).filter(({ name }) => name.startsWith('ory_'))
      await context.clearCookies({ name: /^ory_/ })
      expect(kept).toHaveLength(1)
      const [answer] = await Promise.all([
        page.waitForResponse(`${app.url}/notes`),
        page.getByRole('button', { name: 'Keep' }).click(),
      ])
      expect(answer.status()).toBe(401)
      const other = await context.newPage()
      await other.goto(`${app.url}/private`)
      await world.pages.signIn(other, person)
      await other.waitForURL(`${app.url}/private`)
      // A form that was answered with a denial is sent again by a reload.
      await page.reload()

      expect(await heading(page)).toBe('Kept')
      expect(await page.locator('p').textContent()).toBe('half a page of text')
    }),
  )
})
