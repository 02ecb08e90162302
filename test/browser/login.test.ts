import { describe, expect, it } from '@jest/globals'
import { createStage } from './stage.js'

const stage = createStage()

describe('somebody who is not signed in', () => {
  it('logs in, and is back at the page that was asked for', async () => {
    const { app, fake, page, photograph } = stage()
    await page.goto(`${app}/notes?from=a%20link&x=1`)

    expect(page.url()).toMatch(`${fake.url}/self-service/login/browser?return_to=`)
    await photograph(page, 'login')
    await page.getByRole('button', { name: 'Sign in as bob@example.com' }).click()
    expect(page.url()).toBe(`${app}/notes?from=a%20link&x=1`)
    expect(await page.getByRole('heading').textContent()).toBe('Notes')
    expect(await page.getByText('Signed in as').textContent()).toContain('bob@example.com')
    await photograph(page, 'notes')
  })

  it('may be somebody whom Ory has never seen', async () => {
    const { app, page } = stage()
    await page.goto(`${app}/notes`)
    await page.getByLabel('Or as somebody else').fill('eve@example.com')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()

    expect(page.url()).toBe(`${app}/notes`)
    expect(await page.getByText('Signed in as').textContent()).toContain('eve@example.com')
  })

  it('reads the public page, and logs in from there', async () => {
    const { app, page, photograph } = stage()
    await page.goto(app)
    await photograph(page, 'start-signed-out')
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in as ada@example.com' }).click()

    expect(page.url()).toBe(`${app}/`)
    expect(await page.getByRole('heading').textContent()).toBe('Welcome back')
    await photograph(page, 'start-signed-in')
  })

  it('sends a form that is kept, and shown as text', async () => {
    const { app, page, remember, photograph } = stage()
    await remember({ traits: { email: 'writer@example.com' } })
    await page.goto(`${app}/notes`)
    await page.getByLabel('A new note').fill('<b onclick="x">milk & eggs</b>')
    await page.getByRole('button', { name: 'Keep it' }).click()

    expect(page.url()).toBe(`${app}/notes`)
    expect(await page.getByRole('listitem').allTextContents()).toEqual([
      '<b onclick="x">milk & eggs</b>',
    ])
    await photograph(page, 'notes-kept')
  })
})

describe('two tabs', () => {
  it('share a login: the second is let in without another', async () => {
    const { app, context, page } = stage()
    const other = await context.newPage()
    await page.goto(`${app}/notes`)
    await other.goto(`${app}/notes?tab=2`)
    await page.getByRole('button', { name: 'Sign in as bob@example.com' }).click()
    // Loaded again, the login page of the second has nothing to ask any more.
    await other.reload()

    expect(other.url()).toBe(`${app}/notes?tab=2`)
  })

  it('share a login that was begun twice', async () => {
    const { app, context, page } = stage()
    const other = await context.newPage()
    await page.goto(`${app}/notes`)
    await other.goto(`${app}/notes?tab=2`)
    await page.getByRole('button', { name: 'Sign in as bob@example.com' }).click()
    await other.getByRole('button', { name: 'Sign in as ada@example.com' }).click()

    // Ory forgets where the old form was to lead, and the page is there all the same.
    await other.goto(`${app}/notes?tab=2`)
    expect(other.url()).toBe(`${app}/notes?tab=2`)
    expect(await other.getByText('Signed in as').textContent()).toContain('bob@example.com')
  })
})

describe('an Ory that gives no answer', () => {
  it('is not taken for a logout, and sends nobody to log in', async () => {
    const { app, fake, page, remember, photograph } = stage()
    await remember()
    fake.database.stop()
    const answer = await page.goto(`${app}/notes`)

    expect([answer?.status(), page.url()]).toEqual([503, `${app}/notes`])
    expect(await page.getByRole('heading').textContent()).toBe('Please try again')
    await photograph(page, 'unavailable')
    fake.heal()
    await page.reload()
    expect(await page.getByRole('heading').textContent()).toBe('Notes')
  })
})
