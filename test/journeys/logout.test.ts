import { describe, expect, it } from '@jest/globals'
import { createStage, heading, story, who } from './stage.js'
import { findWorlds } from './worlds.js'

describe.each(findWorlds())('a logout at $name', (maker) => {
  const stage = createStage(maker)

  it(
    'by a form goes on by itself, whatever form-action allows',
    story(stage, async ({ world, app, page, enter }) => {
      await enter(await world.createPerson())
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(`${app.url}/bye`)
      await page.goto(`${app.url}/private`)

      expect(await world.pages.which(page)).toBe('login')
    }),
  )

  it(
    'by a link',
    story(stage, async ({ world, app, page, enter }) => {
      await enter(await world.createPerson())
      await page.getByRole('link', { name: 'Sign out by a link' }).click()
      await page.waitForURL(`${app.url}/bye`)
      await page.goto(`${app.url}/private`)

      expect(await world.pages.which(page)).toBe('login')
    }),
  )

  it(
    'by fetch, with a way on for the browser',
    story(stage, async ({ world, app, page, enter }) => {
      await enter(await world.createPerson())
      await page.goto(`${app.url}/script`)
      await page.getByText('{"ok":true}').waitFor()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(`${app.url}/bye`)
      await page.goto(`${app.url}/private`)

      expect(await world.pages.which(page)).toBe('login')
    }),
  )

  it(
    'leaves nothing private behind the back button',
    story(stage, async ({ world, app, page, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      await page.goto(`${app.url}/private?second`)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(`${app.url}/bye`)
      for (let step = 0; step < 3; step += 1) {
        await page.goBack().catch(() => undefined)
        // The fake's login page lists everybody who can sign in, so an address alone says nothing.
        expect(await page.locator('body').innerText()).not.toContain(`Signed in as ${person.email}`)
      }
    }),
  )

  it(
    'holds for another tab at once',
    story(stage, async ({ world, app, page, context, enter }) => {
      await enter(await world.createPerson())
      const other = await context.newPage()
      await other.goto(`${app.url}/private?other`)
      expect(await heading(other)).toBe('Private')
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(`${app.url}/bye`)
      await other.reload()

      expect(await world.pages.which(other)).toBe('login')
    }),
  )

  it(
    'ends the session where Ory refuses the way back, too',
    story(stage, async ({ world, app, refused, page, enter }) => {
      await enter(await world.createPerson())
      await page.goto(`${refused.url}/`)
      expect(await who(page)).toMatch(/^Signed in as /)
      await page.getByRole('button', { name: 'Sign out' }).click()
      // By way of the page that goes on by itself.
      await page.waitForURL((url) => !url.href.startsWith(refused.url))
      await page.waitForLoadState()
      app.advance(60_000)
      await page.goto(`${app.url}/`)

      expect(await who(page)).toBe('Signed out')
    }),
  )
})
