import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFakeOry, type FakeOry, type FakeOryOptions } from '../../../lib/testing/index.js'
import type { Session } from '../../../lib/session/session.js'
import { ask, type RawAnswer } from './ask.js'
import { createBrowser, type Browser } from './browser.js'

let ory: FakeOry
let browser: Browser

async function start(options: FakeOryOptions = {}): Promise<void> {
  await ory.close()
  ory = await createFakeOry(options)
  browser = createBrowser(ory.url)
}
beforeEach(async () => {
  ory = await createFakeOry()
  browser = createBrowser(ory.url)
})
afterEach(() => ory.close())

const app = 'http://127.0.0.1:3000/reports?tab=a&b=c'
const back = `return_to=${encodeURIComponent(app)}`
const login = (query = back) => browser.load(`/self-service/login/browser?${query}`)
const settings = (query = back) => browser.load(`/self-service/settings/browser?${query}`)
const seen = ({ status, header }: RawAnswer) => [status, header('location')]
const title = ({ text }: RawAnswer) => /<h1>(.*?)<\/h1>/s.exec(text)?.[1]?.trim()
async function whoami(): Promise<Session> {
  const cookie = `${ory.cookieName}=${browser.cookies.get(ory.cookieName) ?? ''}`
  return (await ask(ory.url, { headers: { cookie } })).body as Session
}
/** Puts a cookie into the browser as if it had signed in before. */
function keep({ cookie }: { cookie: string }): void {
  browser.cookies.set(ory.cookieName, cookie.slice(cookie.indexOf('=') + 1))
}

describe('the login page', () => {
  it('signs in somebody whom the fake knows, and sends the browser back', async () => {
    const ada = ory.signIn({ traits: { email: 'ada@example.com' } })
    ory.signIn({ traits: { email: 'bob@example.com' }, secondFactor: true })
    const page = await login()

    expect([page.status, title(page)]).toEqual([200, 'Sign in'])
    expect(page.text).toContain('There are no passwords here')
    expect(page.text.match(/has a second factor/g)).toHaveLength(1)
    expect(seen(await browser.press(page, 'Sign in as ada@example.com'))).toEqual([303, app])
    const session = await whoami()
    expect(session.identity.id).toBe(ada.session.identity.id)
    expect(session.id).not.toBe(ada.session.id)
  })

  it('sends the browser back to letters beyond ASCII as Go writes them', async () => {
    ory.signIn({ traits: { email: 'ada@example.com' } })
    const query = new URLSearchParams({ return_to: `${app}&d=ä 日"` }).toString()
    const answer = await browser.press(await login(query), 'Sign in as ada')

    expect(seen(answer)).toEqual([303, `${app}&d=%c3%a4 %e6%97%a5"`])
  })

  it('sets the cookie for as long as the session lasts', async () => {
    await start({ sessionLifespanMs: 3_600_000 })
    ory.signIn({ traits: { email: 'ada@example.com' } })
    const answer = await browser.press(await login(), 'Sign in as ada')

    expect(answer.header('set-cookie')).toMatch(
      /ory_kratos_session=[\w-]{427}=; Path=\/; Expires=[^;]+; Max-Age=3(?:600|59\d); HttpOnly; SameSite=Lax$/,
    )
  })

  it('signs in anybody else by address, as somebody new or somebody known', async () => {
    const other = createBrowser(ory.url)
    const page = await login()
    await browser.press(page, 'Sign in', { email: 'eve@example.com' })
    await other.press(page, 'Sign in', { email: ' eve@example.com ' })
    const { identity } = await whoami()

    expect(identity.traits).toEqual({ email: 'eve@example.com' })
    browser = other
    expect((await whoami()).identity.id).toBe(identity.id)
  })

  it('shows whatever name somebody has as text', async () => {
    ory.signIn({ traits: { email: `"><script>alert('&')</script>@example.com` } })

    const { text } = await login()
    expect(text).toContain(
      '&#34;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;@example.com',
    )
    expect(text).not.toContain('<script')
  })

  it('shows those who came last, of very many', async () => {
    for (let index = 0; index < 30; index += 1) {
      ory.signIn({ traits: { email: `person-${index}@example.com` } })
    }

    const { text } = await login()
    expect(text).not.toContain('person-9@example.com')
    expect(text.match(/person-\d+@example\.com/g)).toHaveLength(20)
  })

  it('neither lists nor signs in who has been locked out', async () => {
    ory.deactivate(ory.signIn({ traits: { email: 'mallory@example.com' } }))
    const page = await login()
    const answer = await browser.press(page, 'Sign in', { email: 'mallory@example.com' })

    expect(page.text).not.toContain('mallory')
    expect([answer.status, browser.cookies.has(ory.cookieName)]).toEqual([400, false])
    expect(answer.text).toContain('This account was disabled.')
  })

  it('makes nobody of an empty form', async () => {
    expect((await browser.press(await login(), 'Sign in', { email: ' ' })).status).toBe(400)
  })

  it('sends a browser that is signed in straight back, and says so to a script', async () => {
    keep(ory.signIn())

    expect(seen(await login())).toEqual([303, app])
    expect(seen(await login(`aal=aal1&${back}`))).toEqual([303, app])
    const script = { accept: 'application/json' }
    for (const answer of [
      await browser.load('/self-service/login/browser', script),
      await browser.load('/self-service/login/api', script),
      await browser.load('/self-service/login', { ...script, method: 'POST', body: '' }),
    ]) {
      expect([answer.status, answer.body]).toMatchObject([
        400,
        { error: { id: 'session_already_available' } },
      ])
    }
  })

  it.each([
    [undefined, '/self-service/settings/browser'],
    ['https://app.example/start', 'https://app.example/start'],
  ])(
    'forgets return_to where an old form is sent with a session, with the default %s',
    async (defaultBrowserReturnUrl, location) => {
      await start({ defaultBrowserReturnUrl })
      const tab = await login()
      keep(ory.signIn())

      const answer = await browser.press(tab, 'Sign in', { email: 'x@example.com' })
      expect(seen(answer)).toEqual([303, location])
    },
  )

  it('asks for the first factor once more with refresh=true', async () => {
    const old = ory.signIn({ authenticatedAgoMs: 3_600_000 })
    keep(old)
    const page = await login(`refresh=true&${back}`)

    expect([page.status, title(page)]).toEqual([200, 'Confirm that it is you'])
    expect(seen(await browser.press(page, 'again'))).toEqual([303, app])
    const session = await whoami()
    expect(session.id).toBe(old.session.id)
    const laterMs = Date.parse(session.authenticated_at) - Date.parse(old.session.authenticated_at)
    expect(laterMs).toBeGreaterThanOrEqual(3_600_000)
  })

  it('is the plain one with refresh=true without a session', async () => {
    expect(title(await login(`refresh=true&${back}`))).toBe('Sign in')
  })

  it('goes on to the second factor where whoami asks everybody for it', async () => {
    await start({ requiredAal: 'highest_available' })
    ory.signIn({ traits: { email: 'ada@example.com' }, secondFactor: true })
    const answer = await browser.press(await login(), 'Sign in as ada')

    expect(seen(answer)).toEqual([
      303,
      `${ory.url}/self-service/login/browser?aal=aal2&${new URLSearchParams({ return_to: app }).toString()}`,
    ])
    const second = await browser.load(answer.header('location')!.slice(ory.url.length))
    expect(seen(await browser.press(second, 'Show the second factor'))).toEqual([303, app])
    expect((await whoami()).authenticator_assurance_level).toBe('aal2')
  })
})

describe('the page of the second factor', () => {
  it('steps the session up, and sends the browser back', async () => {
    const ada = ory.signIn({ secondFactor: true })
    keep(ada)
    const page = await login(`aal=aal2&${back}`)

    expect([page.status, title(page)]).toEqual([200, 'Second factor'])
    expect(seen(await browser.press(page, 'Show the second factor'))).toEqual([303, app])
    expect(await whoami()).toMatchObject({
      id: ada.session.id,
      authenticator_assurance_level: 'aal2',
    })
  })

  it('has nothing to press where there is no second factor, and lets nobody past', async () => {
    keep(ory.signIn())
    const page = await login(`aal=aal2&${back}`)
    const form = { method: 'POST', body: '' }
    const sent = await browser.load(`/self-service/login?aal=aal2&${back}`, form)

    expect(title(page)).toBe('Second factor')
    expect(page.text).not.toMatch(/<form|<input|<button|<a /)
    expect(seen(sent)).toEqual([303, expect.stringMatching(/login\/browser\?aal=aal2&return_to=/)])
    expect((await whoami()).authenticator_assurance_level).toBe('aal1')
  })

  it('sends a user who has shown it straight back, unless to refresh', async () => {
    keep(ory.signIn({ aal: 'aal2' }))

    expect(seen(await login(`aal=aal2&${back}`))).toEqual([303, app])
    expect(title(await login(`aal=aal2&refresh=true&${back}`))).toBe('Second factor')
  })

  it.each([
    ['a browser', 'text/html', 'text/html; charset=utf-8'],
    ['a script', 'application/json', 'application/json'],
  ])('tells %s without a session that it comes first', async (_name, accept, type) => {
    const answer = await browser.load('/self-service/login/browser?aal=aal2', { accept })

    expect(answer.status).toBe(401)
    expect(answer.header('content-type')).toBe(type)
    expect(answer.text).toContain('session_aal1_required')
  })

  it('knows no third one', async () => {
    const answer = await login('aal=aal3')

    expect(answer.status).toBe(400)
    expect(answer.text).toContain('expected one of [aal1, aal2] but got aal3')
  })
})

describe('the settings page', () => {
  it('enrols a second factor, which steps the session up', async () => {
    keep(ory.signIn({ traits: { email: 'ada@example.com' } }))
    const page = await settings()

    expect([page.status, title(page)]).toEqual([200, 'Settings'])
    expect(page.text).toContain('ada@example.com')
    expect(page.text).toContain('href="http://127.0.0.1:3000/reports?tab=a&amp;b=c"')
    expect(seen(await browser.press(page, 'Enrol a second factor'))).toEqual([303, app])
    expect((await whoami()).authenticator_assurance_level).toBe('aal2')
    expect((await settings()).text).not.toContain('Enrol')
  })

  it('has a link that signs out', async () => {
    keep(ory.signIn())
    const [, href = ''] = /href="([^"]+)">Sign out/.exec((await settings('')).text) ?? []

    expect(seen(await browser.load(href))).toEqual([303, '/self-service/login/browser'])
    expect(browser.cookies.has(ory.cookieName)).toBe(false)
  })

  it('sends a browser without a session to log in, and tells a script', async () => {
    const there = `/self-service/login/browser?${new URLSearchParams({ return_to: app }).toString()}`
    const script = { accept: 'application/json' }
    const said = await browser.load('/self-service/settings/browser', script)
    const form = { method: 'POST', body: '' }

    expect(seen(await settings())).toEqual([303, there])
    expect(seen(await browser.load(`/self-service/settings?${back}`, form))).toEqual([303, there])
    expect([said.status, said.body]).toMatchObject([401, { error: { id: 'session_inactive' } }])
  })
})

describe('where a page sends the browser back to', () => {
  const allowed = ['https://app.example/area', 'http://127.0.0.1:4455', 'https://*.example.net']
  const pages = ['login/browser', 'login/browser?aal=aal2', 'settings/browser', 'logout/browser']
  const arrive = async (path: string, url: string) => {
    const mark = path.includes('?') ? '&' : '?'
    const query = `${mark}return_to=${encodeURIComponent(url)}`
    return browser.load(`/self-service/${path}${query}`, { accept: 'application/json' })
  }

  it.each([
    ['https://evil.example/', 'none'],
    ['http://127.0.0.1.evil.example/', 'none'],
    ['http://127.0.0.1@evil.example/', 'none'],
    ['javascript:alert(1)', 'none'],
    ['ftp://127.0.0.1/', 'none'],
    ['relative', 'none'],
    ['https://x.example.net.evil.example/', 'some'],
    ['https://example.net/', 'some'],
    ['//evil.example', 'none'],
    ['https://app.example/', 'some'],
    ['http://app.example/area', 'some'],
    ['https://app.example:444/area', 'some'],
    ['https://app.example.evil.example/area', 'some'],
    ['http://127.0.0.1:4456/', 'some'],
    ['http://localhost:4455/', 'some'],
  ])('is not %s with %s allowed by name', async (url, which) => {
    await start(which === 'some' ? { allowedReturnUrls: allowed } : {})
    keep(ory.signIn())
    for (const path of pages) {
      const answer = await arrive(path, url)
      expect([path, answer.status]).toEqual([path, 400])
      expect(answer.text).toContain('self_service_flow_return_to_forbidden')
    }
  })

  it.each([
    ['http://127.0.0.1:3000/x', 'none'],
    ['https://localhost/', 'none'],
    ['http://[::1]:9/', 'none'],
    ['https://app.example/area/x?y#z', 'some'],
    ['http://127.0.0.1:4455', 'some'],
    ['https://a.b.example.net/x', 'some'],
  ])('may be %s with %s allowed by name', async (url, which) => {
    await start(which === 'some' ? { allowedReturnUrls: allowed } : {})
    keep(ory.signIn())

    expect(seen(await login(new URLSearchParams({ return_to: url }).toString()))).toEqual([
      303,
      url,
    ])
  })

  it('is on the host of the default where it names none', async () => {
    await start({ allowedReturnUrls: allowed, defaultBrowserReturnUrl: 'http://127.0.0.1:4455/' })
    keep(ory.signIn())

    expect(seen(await login('return_to=/x?y'))).toEqual([303, 'http://127.0.0.1:4455/x?y'])
    expect((await login('return_to=//evil.example')).status).toBe(400)
  })

  it('may be its own settings', async () => {
    await start({ allowedReturnUrls: allowed })
    keep(ory.signIn())
    const url = `${ory.url}/self-service/settings/browser`

    expect(seen(await login(`return_to=${url}`))).toEqual([303, url])
    expect((await arrive('login/browser', `${ory.url}/elsewhere`)).status).toBe(400)
  })

  it.each([
    [[], '/self-service/settings/browser'],
    [allowed, 'https://app.example/area'],
  ])('without a return_to, and %j allowed, is %s', async (allowedReturnUrls, location) => {
    await start({ allowedReturnUrls })
    keep(ory.signIn())

    expect(seen(await login(''))).toEqual([303, location])
  })
})

describe('the pages', () => {
  it('lie below a base path, and link to one another there', async () => {
    await start({ basePath: '/ory' })
    ory.signIn({ traits: { email: 'ada@example.com' } })
    browser = createBrowser(new URL(ory.url).origin)
    const page = await browser.load('/ory/self-service/login/browser')
    const answer = await browser.press(page, 'Sign in as ada')

    expect(seen(answer)).toEqual([303, '/ory/self-service/settings/browser'])
    expect(title(await browser.load(answer.header('location')!))).toBe('Settings')
  })

  it.each([
    ['login', () => login()],
    ['second factor', () => login('aal=aal2')],
    ['log-out', () => browser.load('/self-service/logout?token=ory_lo_x')],
  ])('say 500 without a database: %s', async (_name, load) => {
    keep(ory.signIn())
    ory.database.stop()

    expect((await load()).status).toBe(500)
  })

  it('take the settings for signed out without a database, as Kratos does', async () => {
    keep(ory.signIn())
    ory.database.stop()

    expect(seen(await settings(''))).toEqual([303, '/self-service/login/browser'])
  })

  it('can be struck by a fault of their own', async () => {
    ory.fault(503, { path: 'page' })

    expect((await login()).status).toBe(503)
    expect((await ask(ory.url)).status).toBe(401)
  })

  it('refuse an option that is no URL', async () => {
    await expect(createFakeOry({ allowedReturnUrls: ['app.example'] })).rejects.toThrow(
      /allowedReturnUrls are http\(s\) URLs, got 'app.example'/,
    )
  })
})
