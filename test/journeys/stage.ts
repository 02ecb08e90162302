import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launch, screenshots } from '../browser/chromium.js'
import { openApp, openDoor, type App, type Door } from './app.js'
import type { Person, World, WorldOptions } from './world.js'
import type { WorldMaker } from './worlds.js'

/** A world with its applications, and a browser that nobody has used. */
export interface Stage {
  readonly world: World
  readonly app: App
  /** The same application below a prefix that a proxy strips. */
  readonly prefixed: App
  /** One that looks for another cookie than Ory sets. */
  readonly cookieless: App
  /** One that Ory sends no browser back to. */
  readonly refused: App
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** Signs somebody in at the application, and shows a private page. */
  enter(person: Person, page?: Page): Promise<void>
}

const startsWithinMs = 120_000

/** Builds the world of a `describe` once, and has a fresh browser context for each story. */
export function createStage(
  maker: WorldMaker,
  requiredAal: WorldOptions['requiredAal'] = 'aal1',
): () => Stage {
  let [browser, world, context, page] = [] as unknown as [Browser, World, BrowserContext, Page]
  let doors: Door[] = []
  let apps: App[] = []

  beforeAll(async () => {
    doors = await Promise.all([openDoor(), openDoor(), openDoor(), openDoor()])
    const ports = doors.map(({ port }) => port)
    world = await maker.create({ requiredAal, ports: ports.slice(0, 3) })
    browser = await launch()
    const { oryUrl, oryBrowserUrl } = world
    const names = ['app0', 'app1', 'app2', 'refused']
    apps = []
    for (const [index, door] of doors.entries()) {
      const origin = await world.publish(door.port, names[index]!)
      const options = { oryUrl, oryBrowserUrl, appUrl: index === 1 ? `${origin}/shop` : origin }
      apps.push(openApp(door, index === 2 ? { ...options, cookieName: 'another' } : options))
    }
  }, startsWithinMs)
  afterAll(async () => {
    await browser?.close()
    await Promise.all([...apps.map(({ ory }) => ory.close()), ...doors.map((door) => door.close())])
    await world?.close()
  }, startsWithinMs)
  beforeEach(async () => {
    context = await browser.newContext({ ignoreHTTPSErrors: true })
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
  })
  afterEach(async () => {
    for (const app of apps) app.reset()
    await context.close()
  })

  return () => {
    const [app, prefixed, cookieless, refused] = apps as [App, App, App, App]
    return {
      ...{ world, app, prefixed, cookieless, refused, browser, context, page },
      async enter(person, shown = page) {
        await shown.goto(`${app.url}/private`)
        await world.pages.signIn(shown, person)
        await shown.getByRole('heading', { name: 'Private' }).waitFor()
      },
    }
  }
}

/** A story, which leaves a picture of every tab when it does not end well. */
export function tell(
  title: string,
  stage: () => Stage,
  story: (stage: Stage) => Promise<void>,
): void {
  it(title, async () => {
    const set = stage()
    try {
      await story(set)
    } catch (error) {
      const name = (expect.getState().currentTestName ?? title).replace(/\W+/g, '-')
      for (const [index, page] of set.context.pages().entries()) {
        const path = join(screenshots, `${name}-${index}.png`)
        await page.screenshot({ path, fullPage: true }).catch(() => undefined)
        process.stdout.write(`${path}: ${page.url()}\n`)
      }
      throw error
    }
  })
}

export const who = (page: Page) => page.locator('#who').textContent()
export const heading = (page: Page) => page.getByRole('heading').first().textContent()
