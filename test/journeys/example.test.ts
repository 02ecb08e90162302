import { describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createStage, heading, story, type Stage } from './stage.js'
import { findWorlds } from './worlds.js'

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

/** Opens the web example on a phone, signed in. */
async function openPhone(
  { world, openContext, openExample }: Stage,
  secondFactor?: 'enrolled',
): Promise<{ page: Page; url: string; person: Awaited<ReturnType<typeof world.createPerson>> }> {
  const [person, url] = [await world.createPerson(secondFactor), await openExample()]
  const page = await (await openContext(phone)).newPage()
  await page.goto(`${url}/notes`)
  await world.pages.signIn(page, person)
  await page.waitForURL(`${url}/notes`)
  return { page, url, person }
}

describe.each(findWorlds())('the web example at $name', (maker) => {
  const stage = createStage(maker)

  it(
    'says on a page that a second factor is missing, and leads there and back with the query',
    story(stage, async (set) => {
      const { page, url } = await openPhone(set)
      await page.goto(`${url}/vault?drawer=1`)
      expect(await heading(page)).toBe('A second factor, please')
      await page.getByRole('link', { name: 'Enrol one' }).click()
      await page.waitForURL((at) => !at.href.startsWith(url))
      expect(await set.world.pages.which(page)).toBe('settings')
      await set.world.pages.enrol(page)
      await page.waitForURL(`${url}/vault?drawer=1`)

      expect(await heading(page)).toBe('Vault')
    }),
  )

  it(
    'asks on a page for a second factor, and leads there and back with the query',
    story(stage, async (set) => {
      const { page, url, person } = await openPhone(set, 'enrolled')
      await page.goto(`${url}/vault?drawer=1`)
      await page.getByRole('link', { name: 'Show it' }).click()
      await page.waitForURL((at) => !at.href.startsWith(url))
      await set.world.pages.showSecondFactor(page, person)
      await page.waitForURL(`${url}/vault?drawer=1`)

      expect(await heading(page)).toBe('Vault')
    }),
  )

  it(
    'gives a note back that was lost on the way, and keeps it after a login in another tab',
    story(stage, async (set) => {
      const { page, person } = await openPhone(set)
      await page.getByLabel('A new note').fill('milk and eggs')
      await page.context().clearCookies({ name: /^ory_/ })
      await page.getByRole('button', { name: 'Keep it' }).click()
      await page.getByText('Your note is not kept yet.').waitFor()
      const [tab] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: 'Sign in' }).click(),
      ])
      await set.world.pages.signIn(tab, person)
      await tab.getByRole('heading', { name: 'Notes' }).waitFor()
      await page.getByRole('button', { name: 'Keep it' }).click()
      await page.getByRole('listitem').waitFor()

      expect(await page.getByRole('listitem').allTextContents()).toEqual(['milk and eggs'])
    }),
  )

  it(
    'signs out by its form, and shows nothing private behind the back button',
    story(stage, async (set) => {
      const { page, url, person } = await openPhone(set)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Welcome', exact: true }).waitFor()
      expect(page.url()).toBe(`${url}/`)
      await page.goBack()

      const text = await page.locator('body').innerText()
      expect(text).not.toContain(`Signed in as ${person.email}`)
    }),
  )

  it(
    'keeps its start page readable while Ory is stopped',
    story(stage, async (set) => {
      const { page, url } = await openPhone(set)
      await set.world.stop()
      try {
        const reader = await (await set.openContext(phone)).newPage()
        await reader.context().addCookies(await unknownCookies(page))
        expect((await reader.goto(`${url}/notes`))?.status()).toBe(503)
        expect((await reader.goto(`${url}/`))?.status()).toBe(200)
        expect(await heading(reader)).toBe('Welcome')
      } finally {
        await set.world.start()
      }
    }),
  )
})

describe.each(findWorlds())(
  'the web example, where whoami requires a second factor, at $name',
  (maker) => {
    const stage = createStage(maker, 'highest_available')

    it(
      'leads from its start page to the second factor, after half a login',
      story(stage, async ({ world, page, openExample }) => {
        const [person, url] = [await world.createPerson('enrolled'), await openExample()]
        await page.goto(`${url}/notes`)
        await world.pages.signIn(page, person)
        await page.locator('button', { hasText: /second factor|authenticator/i }).waitFor()
        await page.goto(`${url}/`)
        expect(await heading(page)).toBe('Welcome')
        await page.getByRole('link', { name: 'Sign in' }).click()
        await world.pages.showSecondFactor(page, person)
        await page.waitForURL(`${url}/`)

        expect(await heading(page)).toBe('Welcome back')
      }),
    )
  },
)

/** The cookies of a browser, with a session that the application has not heard of. */
async function unknownCookies(page: Page) {
  const cookies = await page.context().cookies()
  return cookies.map((cookie) =>
    cookie.name === 'ory_kratos_session'
      ? { ...cookie, value: `x${cookie.value.slice(1)}` }
      : cookie,
  )
}
