import { describe, expect, it } from '@jest/globals'
import { createStage } from './stage.js'

const stage = createStage()
const secret = 'a note for my eyes alone'

/** Signs somebody in who has a note, and shows it. */
async function showNote(): Promise<void> {
  const { app, page, remember } = stage()
  await remember({ traits: { email: 'frida@example.com' } })
  await page.goto(`${app}/notes`)
  await page.getByLabel('A new note').fill(secret)
  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('listitem').getByText(secret).waitFor()
}

/** Presses the button, and is back at the start page by way of Ory. */
async function signOut(): Promise<void> {
  const { page } = stage()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Welcome', exact: true }).waitFor()
}

describe('logging out', () => {
  it('ends the session at Ory, comes back, and has every page ask again', async () => {
    const { app, context, fake, page, photograph } = stage()
    await showNote()
    await signOut()

    expect(page.url()).toBe(`${app}/`)
    expect(await page.getByRole('heading').textContent()).toBe('Welcome')
    await photograph(page, 'signed-out')
    const names = (await context.cookies()).map(({ name }) => name)
    expect(names).not.toContain(fake.cookieName)
    await page.goto(`${app}/notes`)
    expect(await page.getByRole('heading').textContent()).toBe('Sign in')
  })

  it('works with JavaScript off, although the policy of the page names Ory nowhere', async () => {
    const { app, context, fake } = stage()
    const { cookie } = fake.signIn()
    const at = cookie.indexOf('=')
    const [name, value] = [cookie.slice(0, at), cookie.slice(at + 1)]
    const browser = context.browser()!
    const plain = await browser.newContext({ javaScriptEnabled: false })
    await plain.addCookies([
      { name, value, domain: '127.0.0.1', path: '/', httpOnly: true, sameSite: 'Lax' },
    ])
    const page = await plain.newPage()
    await page.goto(`${app}/notes`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome', exact: true }).waitFor()

    expect((await plain.cookies()).map((one) => one.name)).not.toContain(fake.cookieName)
    await plain.close()
  })

  it('holds for another tab at once', async () => {
    const { app, context } = stage()
    await showNote()
    const other = await context.newPage()
    await other.goto(`${app}/account`)
    await signOut()
    await other.getByRole('link', { name: 'Notes' }).click()

    expect(await other.getByRole('heading').textContent()).toBe('Sign in')
    expect(new URL(other.url()).searchParams.get('return_to')).toBe(`${app}/notes`)
  })

  it('holds for a copy of the cookie that stayed behind', async () => {
    const { app, context, fake, page } = stage()
    await showNote()
    const kept = (await context.cookies()).filter(({ name }) => name === fake.cookieName)
    await signOut()
    await context.addCookies(kept)
    await page.goto(`${app}/notes`)

    expect(await page.getByRole('heading').textContent()).toBe('Sign in')
  })

  it('leaves nothing private behind the back button', async () => {
    const { app, page } = stage()
    await showNote()
    await page.goto(`${app}/account`)
    await signOut()
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    for (let step = 0; step < 3; step += 1) {
      await page.goBack()
      const text = await page.locator('body').innerText()
      expect(text).not.toContain(secret)
      expect(text).not.toContain('Signed in as')
    }
  })

  it('is no logout while Ory gives no answer', async () => {
    const { app, fake, page } = stage()
    await showNote()
    fake.fault(503, { path: 'logout' })
    await page.getByRole('button', { name: 'Sign out' }).click()

    expect(await page.getByRole('heading').textContent()).toBe('Please try again')
    fake.heal()
    await page.goto(`${app}/notes`)
    expect(await page.getByRole('listitem').allTextContents()).toContain(secret)
  })
})
