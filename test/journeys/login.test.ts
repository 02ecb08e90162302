import { describe, expect, it } from '@jest/globals'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Page } from 'playwright-core'
import type { OryCookieMissingEvent } from '../../lib/index.js'
import type { App } from './app.js'
import { createStage, heading, story, who } from './stage.js'
import { newPerson } from './world.js'
import { findWorlds } from './worlds.js'

describe.each(findWorlds())('a login at $name', (maker) => {
  const stage = createStage(maker)

  it(
    'leads a deep link to the very address',
    story(stage, async ({ world, app, page }) => {
      const person = await world.createPerson()
      const deep = `${app.url}/private/a%20b?tab=2&list=x&list=y%26z`
      await page.goto(deep)
      expect(await world.pages.which(page)).toBe('login')
      await world.pages.signIn(page, person)
      await page.waitForURL(deep)

      expect(await who(page)).toBe(`Signed in as ${person.email}`)
    }),
  )

  it(
    'leads back after a registration',
    story(stage, async ({ world, app, page }) => {
      const person = newPerson()
      await page.goto(`${app.url}/private?new`)
      await world.pages.register(page, person)
      await page.waitForURL(`${app.url}/private?new`)

      expect(await who(page)).toBe(`Signed in as ${person.email}`)
    }),
  )

  it(
    'leads back below a prefix that a proxy strips',
    story(stage, async ({ world, prefixed, page }) => {
      const person = await world.createPerson()
      await page.goto(`${prefixed.url}/private?x=1`)
      await world.pages.signIn(page, person)
      await page.waitForURL(`${prefixed.url}/private?x=1`)

      expect(await who(page)).toBe(`Signed in as ${person.email}`)
    }),
  )

  it(
    'leads a long link back whole',
    story(stage, async ({ world, app, page }) => {
      const person = await world.createPerson()
      const long = `${app.url}/private?filter=${'abcdefghij'.repeat(400)}`
      await page.goto(long)
      await world.pages.signIn(page, person)
      await page.waitForURL(long)

      expect(await heading(page)).toBe('Private')
    }),
  )

  it(
    'leads a long link of escaped letters and spaces back whole',
    story(stage, async ({ world, app, page }) => {
      const person = await world.createPerson()
      const long = `${app.url}/private?filter=${'%C3%A4%20'.repeat(600)}`
      await page.goto(long)
      await world.pages.signIn(page, person)
      // Kratos writes `%c3%a4`, which is the same address.
      await page.waitForURL(({ href }) => href.toLowerCase() === long.toLowerCase())

      expect(await heading(page)).toBe('Private')
    }),
  )

  it(
    'starts from a script that gets a 401, and ends at its page',
    story(stage, async ({ world, app, page }) => {
      const person = await world.createPerson()
      await page.goto(`${app.url}/script?step=2#part`)
      await page.waitForURL((url) => !url.href.startsWith(app.url))
      await world.pages.signIn(page, person)
      await page.waitForURL(`${app.url}/script?step=2#part`)

      const answer = page.getByText('{"ok":true}')
      await answer.waitFor()
      expect(await answer.isVisible()).toBe(true)
    }),
  )

  it(
    'steps up from a script that gets a 403, and ends at its page',
    story(stage, async ({ world, app, page, enter }) => {
      const person = await world.createPerson('enrolled')
      await enter(person)
      await page.goto(`${app.url}/script?what=vault#part`)
      await page.waitForURL((url) => !url.href.startsWith(app.url))
      await world.pages.showSecondFactor(page, person)
      await page.waitForURL(`${app.url}/script?what=vault#part`)

      await page.getByText('{"ok":true}').waitFor()
      expect(await page.locator('#state').textContent()).toBe('{"ok":true}')
    }),
  )

  it(
    'keeps what was typed into a form, when the session has ended meanwhile',
    story(stage, async ({ world, app, page, context, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      await page.goto(`${app.url}/draft?step=2`)
      await page.locator('textarea').fill('half a page of text')
      await context.clearCookies({ name: /^ory_/ })
      await page.getByRole('button', { name: 'Keep' }).click()
      await page.waitForURL((url) => !url.href.startsWith(app.url))
      await world.pages.signIn(page, person)
      await page.waitForURL(`${app.url}/draft?step=2`)
      expect(await page.locator('textarea').inputValue()).toBe('half a page of text')
      const [answer] = await Promise.all([
        page.waitForResponse(`${app.url}/notes`),
        page.getByRole('button', { name: 'Keep' }).click(),
      ])

      expect(answer.status()).toBe(200)
      // What was kept is no draft any more.
      await page.waitForFunction(() => document.querySelector('textarea')?.value === '')
      expect(await page.evaluate(() => sessionStorage.getItem('draft'))).toBeNull()
    }),
  )

  it(
    'works with JavaScript off',
    story(stage, async ({ world, app, openContext }) => {
      const person = await world.createPerson()
      const page = await (await openContext({ javaScriptEnabled: false })).newPage()
      await page.goto(`${app.url}/private`)
      await world.pages.signIn(page, person)
      await page.waitForURL(`${app.url}/private`)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(`${app.url}/bye`)
      await page.goto(`${app.url}/private`)

      expect(await world.pages.which(page)).toBe('login')
    }),
  )

  it(
    'holds for another tab that shows the login page still',
    story(stage, async ({ world, app, page, context }) => {
      const person = await world.createPerson()
      const other = await context.newPage()
      await other.goto(`${app.url}/private?tab=2`)
      await page.goto(`${app.url}/private?tab=1`)
      await world.pages.signIn(page, person)
      await page.waitForURL(`${app.url}/private?tab=1`)
      // Ory sends a form of before to its default address, and not where it was to lead.
      await world.pages.signIn(other, person)
      await other.waitForURL(`${app.url}/`)

      expect(await who(other)).toBe(`Signed in as ${person.email}`)
    }),
  )

  it(
    'is reached by five tabs at once',
    story(stage, async ({ world, app, context }) => {
      const tabs = await Promise.all(Array.from({ length: 5 }, () => context.newPage()))
      await Promise.all(tabs.map((tab, index) => tab.goto(`${app.url}/private/${index}`)))

      for (const tab of tabs) expect(await world.pages.which(tab)).toBe('login')
    }),
  )

  it(
    'ends in the denial where the cookie never arrives, and says once what to look at',
    story(stage, async ({ world, cookieless, page }) => {
      const messages: OryCookieMissingEvent[] = []
      const note = (message: unknown) => void messages.push(message as OryCookieMissingEvent)
      const channel = 'express-ory-session:cookie-missing'
      subscribe(channel, note)
      const person = await world.createPerson()
      const visits = countVisits(page, cookieless)
      await page.goto(`${cookieless.url}/private`)
      await world.pages.signIn(page, person)
      await page.getByText('session_missing').waitFor()
      unsubscribe(channel, note)

      expect(await page.locator('body').innerText()).toMatch(/without the session cookie/)
      expect(visits().length).toBeLessThan(8)
      const { host } = new URL(cookieless.url)
      const oryHost = new URL(world.oryBrowserUrl).host
      expect(messages).toEqual([
        {
          instance: expect.any(Number) as unknown,
          host,
          oryHost,
          cookieName: ['another'],
          message: expect.stringContaining("Kratos' cookies.domain") as unknown,
        },
      ])
    }),
  )

  it(
    'ends in the denial in each of three tabs where the cookie never arrives',
    story(stage, async ({ world, cookieless, page, context }) => {
      const person = await world.createPerson()
      await page.goto(`${cookieless.url}/private`)
      await world.pages.signIn(page, person)
      await page.getByText('session_missing').waitFor()
      const tabs = await Promise.all([1, 2, 3].map(() => context.newPage()))
      const visits = tabs.map((tab) => countVisits(tab, cookieless))
      await Promise.all(tabs.map((tab, index) => tab.goto(`${cookieless.url}/private/${index}`)))

      for (const tab of tabs) {
        expect(await tab.locator('body').innerText()).toContain('session_missing')
      }
      for (const each of visits) expect(each().length).toBeLessThan(10)
    }),
  )

  it(
    'goes no further than Ory where it may not lead back',
    story(stage, async ({ world, refused, page }) => {
      await page.goto(`${refused.url}/private`)

      expect(await world.pages.which(page)).toBe('refused')
    }),
  )
})

/** Counts how often a tab navigates to an application. */
function countVisits(page: Page, { url }: App): () => readonly string[] {
  const visits: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.url().startsWith(url)) visits.push(request.url())
  })
  return () => visits
}
