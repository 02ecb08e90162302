import { describe, expect, it } from '@jest/globals'
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
    'works with JavaScript off',
    story(stage, async ({ world, app, browser }) => {
      const person = await world.createPerson()
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        javaScriptEnabled: false,
      })
      try {
        const page = await context.newPage()
        await page.goto(`${app.url}/private`)
        await world.pages.signIn(page, person)
        await page.waitForURL(`${app.url}/private`)
        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.waitForURL(`${app.url}/bye`)
        await page.goto(`${app.url}/private`)

        expect(await world.pages.which(page)).toBe('login')
      } finally {
        await context.close()
      }
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
    'ends in the denial where the cookie never arrives',
    story(stage, async ({ world, cookieless, page }) => {
      const person = await world.createPerson()
      const visits: string[] = []
      page.on('request', (request) => {
        if (request.isNavigationRequest() && request.url().startsWith(cookieless.url))
          visits.push(request.url())
      })
      await page.goto(`${cookieless.url}/private`)
      await world.pages.signIn(page, person)
      await page.getByText('session_missing').waitFor()

      expect(await page.locator('body').innerText()).toMatch(
        /without (the|a|its) (session )?cookie/i,
      )
      expect(visits.length).toBeLessThan(8)
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
