import type { Page } from 'playwright-core'
import { totp } from '../../kratos/client/totp.js'
import type { OryPages } from '../world.js'

const submit = (page: Page, method: string) =>
  page.locator(`button[name="method"][value="${method}"]`).click()

/** The pages of Ory's own UI for Express, by the names of their fields. */
export const oryPages: OryPages = {
  async register(page, { email, password }) {
    await page.getByRole('link', { name: 'Sign up' }).click()
    await page.locator('input[name="traits.email"]').fill(email)
    await submit(page, 'profile')
    await page.locator('input[name="password"]').fill(password)
    await submit(page, 'password')
  },
  async signIn(page, { email, password }) {
    const identifier = page.locator('input[name="identifier"]:not([type="hidden"])')
    await page.locator('input[name="password"]').waitFor()
    if ((await identifier.count()) > 0) await identifier.fill(email)
    await page.locator('input[name="password"]').fill(password)
    await submit(page, 'password')
  },
  async showSecondFactor(page, { secret = '' }) {
    await page.locator('input[name="totp_code"]').fill(totp(secret))
    await submit(page, 'totp')
  },
  async enrol(page) {
    const code = page.locator('input[name="totp_code"]')
    await code.waitFor()
    const [secret = ''] = /\b[A-Z2-7]{32}\b/.exec(await page.locator('body').innerText()) ?? []
    await code.fill(totp(secret))
    await submit(page, 'totp')
  },
  async which(page) {
    const has = async (selector: string) => (await page.locator(selector).count()) > 0
    const { pathname } = new URL(page.url())
    if (pathname === '/error') return 'refused'
    if (pathname === '/settings') return 'settings'
    if (pathname !== '/login') return undefined
    return (await has('input[name="password"]')) ? 'login' : 'second factor'
  },
}
