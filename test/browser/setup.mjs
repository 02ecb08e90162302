import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Says before all tests that there is no browser for them, and clears what the last run has left. */
export default function setUp() {
  // The workers inherit it.
  process.env.CHROMIUM_PATH ??= '/usr/bin/chromium'
  try {
    accessSync(process.env.CHROMIUM_PATH, constants.X_OK)
  } catch {
    throw new Error(`There is no Chromium at ${process.env.CHROMIUM_PATH}. On Debian, as root:
  apt-get install -y chromium
Elsewhere say where it is: CHROMIUM_PATH=/path/to/chromium npm run test:browser`)
  }
  const screenshots = fileURLToPath(new URL('../../screenshots', import.meta.url))
  rmSync(screenshots, { recursive: true, force: true })
  mkdirSync(screenshots, { recursive: true })
}
