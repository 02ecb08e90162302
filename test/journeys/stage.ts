import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { launch, screenshots } from '../browser/chromium.js'
import { findPort } from '../kratos/database/port.js'
import { root, runExample, type Example } from '../examples/example.js'
import { openApp, openDoor, type App, type AppOptions, type Door } from './app.js'
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
  /** Starts the web example as a process of its own, once, and returns where browsers find it. */
  openExample(): Promise<string>
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** Another browser that nobody has used; it is closed at the end of the story. */
  openContext(options?: BrowserContextOptions): Promise<BrowserContext>
  /** Signs somebody in at the application, and shows a private page. */
  enter(person: Person, page?: Page): Promise<void>
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: { 'start:web': string }
}

/** Less than the `testTimeout` of jest.journeys.config.js. */
const storyMs = 160_000
const startsWithinMs = 120_000

/** Ory sends no browser to the last. */
const names = ['app', 'prefixed', 'cookieless', 'refused'] as const
type AppName = (typeof names)[number]

/** Builds the world of a `describe` once, and has a fresh browser context for each story. */
export function createStage(
  maker: WorldMaker,
  requiredAal: WorldOptions['requiredAal'] = 'aal1',
): () => Stage {
  let browser: Browser | undefined
  let world: World | undefined
  let context: BrowserContext | undefined
  let page: Page | undefined
  let doors: Door[] = []
  let examplePort = 0
  let example: Example | undefined
  let exampleUrl = ''
  const origins: string[] = []
  const apps = new Map<AppName, App>()

  /** Opened when a story first needs it. */
  function openOnce(name: AppName): App {
    const opened = apps.get(name) ?? openApp(doors[names.indexOf(name)]!, optionsOf(name))
    apps.set(name, opened)
    return opened
  }
  function optionsOf(name: AppName): AppOptions {
    const { oryUrl, oryBrowserUrl } = world!
    const origin = origins[names.indexOf(name)]!
    const appUrl = name === 'prefixed' ? `${origin}/shop` : origin
    return {
      oryUrl,
      oryBrowserUrl,
      appUrl,
      ...(name === 'cookieless' && { cookieName: 'another' }),
    }
  }

  beforeAll(async () => {
    doors = await Promise.all(names.map(openDoor))
    const ports = doors.map(({ port }) => port)
    examplePort = await findPort()
    world = await maker.create({
      requiredAal,
      ports: [...ports.slice(0, -1), examplePort],
      names: [...names.slice(0, -1), 'example'],
    })
    browser = await launch()
    for (const [index, { port }] of doors.entries()) {
      origins.push(await world.publish(port, names[index]!))
    }
    exampleUrl = await world.publish(examplePort, 'example')
  }, startsWithinMs)
  afterAll(async () => {
    await browser?.close()
    await example?.stop()
    await Promise.all(doors.map((door) => door.close()))
    await world?.close()
  }, startsWithinMs)
  async function openContext(options?: BrowserContextOptions): Promise<BrowserContext> {
    const opened = await browser!.newContext({ ignoreHTTPSErrors: true, ...options })
    // A machine that does other things, too, is slow.
    opened.setDefaultTimeout(60_000)
    return opened
  }
  beforeEach(async () => {
    context = await openContext()
    page = await context.newPage()
  })
  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((opened) => opened.close()))
    // What one story did to an application is nothing to the next.
    await Promise.all([...apps.values()].map((app) => app.close()))
    apps.clear()
  })

  return () => ({
    world: world!,
    browser: browser!,
    context: context!,
    page: page!,
    openContext,
    get app() {
      return openOnce('app')
    },
    get prefixed() {
      return openOnce('prefixed')
    },
    get cookieless() {
      return openOnce('cookieless')
    },
    get refused() {
      return openOnce('refused')
    },
    async openExample() {
      example ??= runExample(scripts['start:web'], {
        ORY_SDK_URL: world!.oryUrl,
        ORY_BROWSER_URL: world!.oryBrowserUrl,
        APP_URL: exampleUrl,
        PORT: String(examplePort),
      })
      await example.waitFor(/The application is at /)
      return exampleUrl
    },
    async enter(person, shown = page!) {
      await shown.goto(`${openOnce('app').url}/private`)
      await world!.pages.signIn(shown, person)
      await shown.getByRole('heading', { name: 'Private' }).waitFor()
    },
  })
}

/** The body of a test that plays a story, and keeps a picture of every tab when it does not end well. */
export function story(
  stage: () => Stage,
  play: (stage: Stage) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const set = stage()
    const end = new AbortController()
    try {
      await Promise.race([play(set), runOut(end.signal)])
    } catch (error) {
      const name = (expect.getState().currentTestName ?? 'story').replace(/\W+/g, '-')
      const pages = set.browser.contexts().flatMap((context) => context.pages())
      for (const [index, page] of pages.entries()) {
        const path = join(screenshots, `${name}-${index}.png`)
        await page.screenshot({ path, fullPage: true }).catch(() => undefined)
        process.stdout.write(`${path}: ${page.url()}\n`)
      }
      throw error
    } finally {
      end.abort()
    }
  }
}

/** Ends a story before Jest does, which would leave no picture of where it got stuck. */
async function runOut(signal: AbortSignal): Promise<never> {
  await delay(storyMs, undefined, { signal, ref: false })
  throw new Error(`The story did not end within ${storyMs} ms`)
}

export const who = (page: Page) => page.locator('#who').textContent()
export const heading = (page: Page) => page.getByRole('heading').first().textContent()
