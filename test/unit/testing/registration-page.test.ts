import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFakeOry, type FakeOry } from '../../../lib/testing/index.js'
import type { Session } from '../../../lib/session/session.js'
import { ask, type RawAnswer } from './ask.js'
import { createBrowser, type Browser } from './browser.js'

let ory: FakeOry
let browser: Browser
beforeEach(async () => {
  ory = await createFakeOry()
  browser = createBrowser(ory.url)
})
afterEach(() => ory.close())

const app = 'http://127.0.0.1:3000/deep'
const back = `return_to=${encodeURIComponent(app)}`
const open = () => browser.load(`/self-service/registration/browser?${back}`)
const fields = { 'traits.email': 'new@example.com', method: 'profile' }
const seen = ({ status, header }: RawAnswer) => [status, header('location')]

async function whoami(): Promise<Session> {
  const cookie = `${ory.cookieName}=${browser.cookies.get(ory.cookieName) ?? ''}`
  return (await ask(ory.url, { headers: { cookie } })).body as Session
}

describe('the registration page', () => {
  it('asks who it is and then for a credential, and sends the browser back signed in', async () => {
    const chosen = await browser.press(await open(), 'Sign up', fields)
    expect(chosen.status).toBe(303)
    expect(browser.cookies.has(ory.cookieName)).toBe(false)
    const second = await browser.load(chosen.header('location')!)
    expect(second.text).toContain('Please choose a credential')
    const done = await browser.press(second, 'Sign up with a password', {
      ...fields,
      method: 'password',
    })

    expect(seen(done)).toEqual([303, app])
    expect((await whoami()).identity).toMatchObject({
      traits: { email: 'new@example.com' },
      verifiable_addresses: [{ verified: false }],
    })
  })

  it('makes no second account for one address', async () => {
    ory.signIn({ traits: { email: 'new@example.com' } })
    const answer = await browser.press(await open(), 'Sign up', { ...fields, method: 'password' })

    expect(answer.text).toContain('An account with the same identifier exists already.')
    expect(browser.cookies.has(ory.cookieName)).toBe(false)
  })

  it('asks again for an address that is missing', async () => {
    const answer = await browser.press(await open(), 'Sign up', { ...fields, 'traits.email': ' ' })
    expect(answer.text).toContain('Property email is missing.')
  })

  it('is linked to from the login page, with the way back', async () => {
    const { text } = await browser.load(`/self-service/login/browser?${back}`)
    const [, href = ''] = /href="([^"]+)">Sign up/.exec(text) ?? []
    const page = await browser.load(href)

    expect(page.text).toContain(`action="/self-service/registration?${back}"`)
    expect(page.text).toContain(`href="/self-service/login/browser?${back}"`)
  })

  it('sends a browser that is signed in straight back, and tells a script', async () => {
    const { cookie } = ory.signIn()
    browser.cookies.set(ory.cookieName, cookie.slice(cookie.indexOf('=') + 1))
    const script = { accept: 'application/json' }

    expect(seen(await open())).toEqual([303, app])
    expect(await browser.load('/self-service/registration/browser', script)).toMatchObject({
      status: 400,
      body: { error: { id: 'session_already_available' } },
    })
  })

  it('leads nowhere that is not allowed', async () => {
    const path = '/self-service/registration/browser?return_to=https://evil.example/'
    expect((await browser.load(path)).status).toBe(400)
  })
})

describe('the cookie against CSRF', () => {
  const csrf = () => [...browser.cookies].find(([name]) => name.startsWith('csrf_token_'))?.[1]

  it('stays over pages, and is another one after a login and after a logout', async () => {
    const page = await browser.load('/self-service/login/browser')
    const first = csrf()
    await browser.load('/self-service/login/browser')
    expect(csrf()).toBe(first)
    await browser.press(page, 'Sign in', { email: 'ada@example.com' })
    const second = csrf()
    expect(second).not.toBe(first)
    const settings = await browser.load('/self-service/settings/browser')
    await browser.press(settings, 'Enrol a second factor')
    expect(csrf()).toBe(second)
    const [, href = ''] = /href="([^"]+)">Sign out/.exec(settings.text) ?? []
    await browser.load(href)
    expect(csrf()).not.toBe(second)
  })
})
