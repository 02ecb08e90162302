import { accessSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startProgram, type Program } from '../../kratos/database/program.js'

export interface OryUiUrls {
  readonly oryUrl: string
  readonly oryBrowserUrl: string
  /** The UI, as browsers see it. */
  readonly uiUrl: string
}

/** Starts Ory's own UI for Express, of a checkout that was built. */
export async function startOryUi(
  directory: string,
  port: number,
  { oryUrl, oryBrowserUrl, uiUrl }: OryUiUrls,
): Promise<Program> {
  const main = join(directory, 'lib/index.js')
  accessSync(main)
  const ui = startProgram(process.execPath, [main], {
    cwd: directory,
    env: {
      PORT: String(port),
      KRATOS_PUBLIC_URL: oryUrl,
      KRATOS_BROWSER_URL: oryBrowserUrl,
      COOKIE_SECRET: 'for-tests-alone',
      CSRF_COOKIE_NAME: 'ui_csrf',
      CSRF_COOKIE_SECRET: 'for-tests-alone',
      DANGEROUSLY_DISABLE_SECURE_CSRF_COOKIES: 'true',
      // For a user interface that this package guards.
      APP_URL: uiUrl,
    },
  })
  for (let attempt = 0; ; attempt += 1) {
    const isUp = await fetch(`http://127.0.0.1:${port}/health/alive`).then(
      () => true,
      () => false,
    )
    if (isUp) return ui
    if (attempt === 200) throw new Error(`Ory's UI in ${directory} does not answer`)
    await Promise.race([ui.ended, delay(100)])
  }
}
