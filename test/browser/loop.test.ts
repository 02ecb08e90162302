import { describe, expect, it } from '@jest/globals'
import { createStage } from './stage.js'

// Set up wrongly: the application looks for another cookie than this Ory's, and never finds it.
const stage = createStage({ cookieName: 'another_session' })

describe('a login that changes nothing', () => {
  it('ends in the denial, not in a redirect without end', async () => {
    const { app, page, photograph } = stage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${app}/notes`)
    await page.getByRole('button', { name: 'Sign in as bob@example.com' }).click()

    expect(page.url()).toBe(`${app}/notes`)
    expect(await page.getByRole('heading').textContent()).toBe('Please sign in')
    expect(asked.filter((url) => url === `${app}/notes`)).toHaveLength(4)
    await photograph(page, 'loop')
    // A user who tries again is sent to log in again.
    await page.getByRole('link', { name: 'Sign in' }).click()
    expect(await page.getByRole('heading').textContent()).toBe('Please sign in')
  })
})
