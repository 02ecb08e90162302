import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry, FakeOryOptions, SignInOptions } from '../../lib/testing/index.js'
import { root, runExample } from '../examples/example.js'
import type { Example } from '../examples/example.js'
import { launch, screenshots } from './chromium.js'

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<'start:web' | 'start:chat', string>>
}

const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

/** The example application on a fake Ory, and a phone that looks at it. */
export interface Stage {
  readonly fake: FakeOry
  /** Where the application is. */
  readonly app: string
  /** A browser that nobody has used; its pages share cookies. */
  readonly context: BrowserContext
  /** A tab of it. */
  readonly page: Page
  /** Puts a session into the browser as if it had been signed in before. */
  remember(options?: SignInOptions): Promise<void>
  /** Keeps the page as it is seen now. */
  photograph(page: Page, name: string): Promise<void>
}

/**
 * Sets the stage for the tests of a file: the servers once, a browser without cookies for each. By default
 * the application is the web example; `printed` finds its address in what it prints.
 */
export function createStage(
  fakeOptions: FakeOryOptions = {},
  script: keyof typeof scripts = 'start:web',
  printed = /The application is at (http:\/\/[\d.:]+),/,
): () => Stage {
  let browser: Browser
  let fake: FakeOry
  let example: Example
  let app: string
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    fake = await createFakeOry(fakeOptions)
    fake.signIn({ traits: { email: 'ada@example.com' }, secondFactor: true })
    fake.signIn({ traits: { email: 'bob@example.com' } })
    example = runExample(scripts[script], { ORY_SDK_URL: fake.url })
    const [, url = ''] = await example.waitFor(printed)
    app = url
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await Promise.all([example.stop(), fake.close()])
  })
  beforeEach(async () => {
    context = await browser.newContext(phone)
    context.setDefaultTimeout(10_000)
    page = await context.newPage()
  })
  afterEach(async () => {
    await context.close()
    fake.heal()
  })

  return () => ({
    fake,
    app,
    context,
    page,
    async remember(options) {
      const { cookie } = fake.signIn(options)
      const at = cookie.indexOf('=')
      const [name, value] = [cookie.slice(0, at), cookie.slice(at + 1)]
      // As Ory's own: for the host, whatever the port.
      await context.addCookies([
        { name, value, domain: '127.0.0.1', path: '/', httpOnly: true, sameSite: 'Lax' },
      ])
    },
    async photograph(shown, name) {
      // A page that is wider than its screen has to be pushed to and fro.
      const width = await shown.evaluate(() => document.documentElement.scrollWidth)
      expect([name, width]).toEqual([name, shown.viewportSize()?.width])
      await shown.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
    },
  })
}
