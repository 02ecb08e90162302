import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type { BrowserContext, Page } from 'playwright-core'
import { createStage } from './stage.js'

// Each test opens three profiles, which takes a busy machine long.
jest.setTimeout(120_000)

const stage = createStage({}, 'start:chat', /The chat is at (http:\/\/[\d.:]+)\./)
const contexts: BrowserContext[] = []
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
})

/** Signs a user in by a browser profile of its own, and enters the chat. */
async function enter(name: string, on: string): Promise<Page> {
  const { app, context } = stage()
  const profile = await context.browser()!.newContext()
  contexts.push(profile)
  profile.setDefaultTimeout(10_000)
  const page = await profile.newPage()
  await page.goto(`${app}/?on=${on}`)
  await page.getByRole('button', { name: `Sign in as ${name}@example.com` }).click()
  await page.getByText(`You are in the chat as ${name}@example.com`).waitFor()
  return page
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Say it' }).click()
}

describe.each([
  ['ws', /out of the chat: 4401 session_invalid$/],
  ['socket.io', /out of the chat: (?:session_invalid|io server disconnect|transport error)$/],
])('a chat on %s between two browser profiles', (on, reason) => {
  it('ends at once for the user who logs out in another tab, and goes on for the other', async () => {
    const { app, photograph } = stage()
    const [ada, bob] = [await enter('ada', on), await enter('bob', on)]
    await say(ada, '<b>hello</b>')
    await bob.getByText('ada@example.com: <b>hello</b>').waitFor()

    const tab = await ada.context().newPage()
    await tab.goto(`${app}/?on=nothing`)
    await tab.getByRole('button', { name: 'Log out' }).click()
    // Within the patience of the page, which is much shorter than the minute between two questions to Ory.
    await ada.getByText('You are out of the chat').waitFor()
    expect(await ada.getByRole('status').textContent()).toMatch(reason)
    expect(await ada.getByLabel('Message').isVisible()).toBe(false)
    await photograph(ada, `chat-${on}-out`)

    await say(bob, 'are you there?')
    await bob.getByText('bob@example.com: are you there?').waitFor()
    expect(await ada.getByText('are you there?').count()).toBe(0)
    await photograph(bob, `chat-${on}`)
    await ada.reload()
    expect(await ada.getByRole('heading').textContent()).toBe('Sign in')
  })
})
