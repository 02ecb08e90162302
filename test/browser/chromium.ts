import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

/** Where the pages are kept as they were seen; of no use to anything but eyes. */
export const screenshots = join(__dirname, '../../screenshots')

/** Starts a Chromium without a window, which asks nobody but the tests' own servers. */
export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH']!,
    // The back button shows a page from this cache, so a logout must prevent that.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
