import { describe, expect, it } from '@jest/globals'
import { maxAgeMs } from './app.js'
import { createStage, heading, story, who } from './stage.js'
import { findWorlds } from './worlds.js'

describe.each(findWorlds())('a second factor at $name', (maker) => {
  const stage = createStage(maker)

  it(
    'is asked for where a page needs it, once',
    story(stage, async ({ world, app, page, enter }) => {
      const person = await world.createPerson('enrolled')
      await enter(person)
      await page.goto(`${app.url}/vault?x=1`)
      expect(await world.pages.which(page)).toBe('second factor')
      await world.pages.showSecondFactor(page, person)
      await page.waitForURL(`${app.url}/vault?x=1`)
      await page.goto(`${app.url}/vault`)

      expect(await heading(page)).toBe('Vault')
    }),
  )

  it(
    'is enrolled by somebody who has none, on the way to the page',
    story(stage, async ({ world, app, page, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      await page.goto(`${app.url}/vault?x=1`)
      expect(await world.pages.which(page)).toBe('settings')
      await world.pages.enrol(page)
      await page.waitForURL(`${app.url}/vault?x=1`)

      expect(await heading(page)).toBe('Vault')
    }),
  )

  it(
    'is asked for again where it was shown too long ago',
    story(stage, async ({ world, app, page, enter }) => {
      const person = await world.createPerson('enrolled')
      await enter(person)
      app.advance(2 * maxAgeMs)
      await page.goto(`${app.url}/transfer`)
      expect(await world.pages.which(page)).toBe('second factor')
      app.restart()
      await world.pages.showSecondFactor(page, person)
      await page.waitForURL(`${app.url}/transfer`)
      app.advance(2 * maxAgeMs)
      await page.goto(`${app.url}/transfer`)

      // Of an aal2 session, too: the first factor alone would not do.
      expect(await world.pages.which(page)).toBe('second factor')
    }),
  )
})

describe.each(findWorlds())('the first factor at $name', (maker) => {
  const stage = createStage(maker)

  it(
    'is asked for again where it was shown too long ago',
    story(stage, async ({ world, app, page, enter }) => {
      const person = await world.createPerson()
      await enter(person)
      app.advance(2 * maxAgeMs)
      await page.goto(`${app.url}/recent`)
      expect(await world.pages.which(page)).toBe('login')
      app.restart()
      await (maker.name === 'the fake Ory'
        ? page.getByRole('button', { name: 'again' }).click()
        : world.pages.signIn(page, person))
      await page.waitForURL(`${app.url}/recent`)

      expect(await who(page)).toBe(`Signed in as ${person.email}`)
    }),
  )
})

describe.each(findWorlds())('a second factor that whoami requires at $name', (maker) => {
  const stage = createStage(maker, 'highest_available')

  it(
    'leads a deep link through both factors',
    story(stage, async ({ world, app, page }) => {
      const person = await world.createPerson('enrolled')
      await page.goto(`${app.url}/private?x=1`)
      await world.pages.signIn(page, person)
      await page.waitForURL((url) => /aal=aal2|flow=/.test(url.search))
      await world.pages.showSecondFactor(page, person)
      await page.waitForURL(`${app.url}/private?x=1`)

      expect(await who(page)).toBe(`Signed in as ${person.email}`)
    }),
  )

  it(
    'is no reason to refuse a public page, when it was never shown',
    story(stage, async ({ world, app, page }) => {
      const person = await world.createPerson('enrolled')
      await page.goto(`${app.url}/private`)
      await world.pages.signIn(page, person)
      await page.locator('button', { hasText: /second factor|authenticator/i }).waitFor()
      const answer = await page.goto(`${app.url}/`)

      expect([answer?.status(), await who(page)]).toEqual([200, 'Signed out'])
      await page.goto(`${app.url}/private`)
      expect(await world.pages.which(page)).toBe('second factor')
    }),
  )
})
