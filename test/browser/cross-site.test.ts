import { afterEach, describe, expect, it } from '@jest/globals'
import { startOtherSite } from './other-site.js'
import type { OtherSite } from './other-site.js'
import { createStage } from './stage.js'

const stage = createStage()
const sites: OtherSite[] = []
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()))
})

/** Signs in with a cookie that travels from other sites too: Kratos' `cookies.same_site: None`. */
async function rememberEverywhere(): Promise<void> {
  const { context, fake, remember } = stage()
  await remember({ traits: { email: 'grace@example.com' } })
  const [cookie] = (await context.cookies()).filter(({ name }) => name === fake.cookieName)
  await context.addCookies([{ ...cookie!, sameSite: 'None', secure: true }])
}

/** Presses the button of another site's form, and resolves to the answer that came. */
async function win(path: string): Promise<{ status: number; sent: Record<string, string> }> {
  const { app, page } = stage()
  const site = await startOtherSite(`${app}${path}`)
  sites.push(site)
  await page.goto(site.url)
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Win' }).click()
  const answer = await answered
  return { status: answer.status(), sent: await answer.request().allHeaders() }
}

describe("another site's form", () => {
  it('is refused where the cookie comes with it, and changes nothing', async () => {
    const { app, page, photograph } = stage()
    await rememberEverywhere()
    const { status, sent } = await win('/notes')

    expect(sent).toMatchObject({
      'sec-fetch-site': 'cross-site',
      cookie: expect.stringContaining('ory_kratos_session=') as unknown,
    })
    expect(status).toBe(403)
    expect(await page.getByRole('heading').textContent()).toBe('Not from there')
    await photograph(page, 'cross-site')
    await page.goto(`${app}/notes`)
    expect(await page.getByText('There are no notes yet.').count()).toBe(1)
  })

  it('logs nobody out', async () => {
    const { app, page } = stage()
    await rememberEverywhere()

    expect((await win('/logout')).status).toBe(403)
    await page.goto(`${app}/notes`)
    expect(await page.getByText('Signed in as').textContent()).toContain('grace@example.com')
  })

  it('comes without the cookie as Ory sets it, and so from nobody', async () => {
    const { remember } = stage()
    await remember()
    const { status, sent } = await win('/notes')

    expect(sent['cookie'] ?? '').not.toContain('ory_kratos_session=')
    expect(status).toBe(401)
  })
})
