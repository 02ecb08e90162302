import { describe, expect, it } from '@jest/globals'
import { createStage } from './stage.js'

const stage = createStage()
const minuteMs = 60_000

describe('a page that needs the second factor', () => {
  it('is reached from aal1 by showing it', async () => {
    const { app, fake, page, remember, photograph } = stage()
    await remember({ traits: { email: 'vera@example.com' }, secondFactor: true })
    await page.goto(`${app}/notes`)
    await page.getByRole('link', { name: 'Vault' }).click()
    expect(await page.getByRole('heading').textContent()).toBe('A second factor, please')
    await photograph(page, 'vault-denied')
    await page.getByRole('link', { name: 'Show it' }).click()

    expect(page.url()).toMatch(`${fake.url}/self-service/login/browser?return_to=`)
    expect(new URL(page.url()).searchParams.get('aal')).toBe('aal2')
    await photograph(page, 'second-factor')
    await page.getByRole('button', { name: 'Show the second factor' }).click()
    expect(page.url()).toBe(`${app}/vault`)
    expect(await page.getByRole('heading').textContent()).toBe('Vault')
    await photograph(page, 'vault')
    // It is not asked for twice.
    await page.goto(`${app}/vault`)
    expect(page.url()).toBe(`${app}/vault`)
  })

  it('is reached by logging in and then showing it', async () => {
    const { app, page } = stage()
    await page.goto(`${app}/vault`)
    await page.getByRole('button', { name: 'Sign in as ada@example.com' }).click()
    await page.getByRole('link', { name: 'Show it' }).click()
    await page.getByRole('button', { name: 'Show the second factor' }).click()

    expect(page.url()).toBe(`${app}/vault`)
    expect(await page.getByRole('heading').textContent()).toBe('Vault')
  })

  it('is reached by enrolling one where there is none', async () => {
    const { app, page, remember, photograph } = stage()
    await remember({ traits: { email: 'carol@example.com' } })
    await page.goto(`${app}/vault`)

    expect(await page.getByRole('heading').textContent()).toBe('A second factor, please')
    await photograph(page, 'no-second-factor')
    await page.getByRole('link', { name: 'Enrol one' }).click()
    await photograph(page, 'settings')
    await page.getByRole('button', { name: 'Enrol a second factor' }).click()
    expect(page.url()).toBe(`${app}/vault`)
    expect(await page.getByRole('heading').textContent()).toBe('Vault')
  })
})

describe('a page that needs a login of late', () => {
  it('is reached from an old one by logging in again', async () => {
    const { app, page, remember, photograph } = stage()
    await remember({ traits: { email: 'dan@example.com' }, authenticatedAgoMs: 11 * minuteMs })
    await page.goto(`${app}/notes`)
    expect(page.url()).toBe(`${app}/notes`)
    await page.getByRole('link', { name: 'Account' }).click()

    expect(new URL(page.url()).searchParams.get('refresh')).toBe('true')
    await photograph(page, 'refresh')
    await page.getByRole('button', { name: 'Sign in as dan@example.com again' }).click()
    expect(page.url()).toBe(`${app}/account`)
    expect(await page.getByRole('heading').textContent()).toBe('Account')
    await photograph(page, 'account')
  })

  it('asks nothing of a fresh one, and links to the settings and back', async () => {
    const { app, page, remember } = stage()
    await remember()
    await page.goto(`${app}/account`)
    expect(page.url()).toBe(`${app}/account`)
    await page.getByRole('link', { name: 'Settings at Ory' }).click()
    await page.getByRole('link', { name: 'Back' }).click()

    expect(page.url()).toBe(`${app}/account`)
  })
})
