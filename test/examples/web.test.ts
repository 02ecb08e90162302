import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry, SignInOptions } from '../../lib/testing/index.js'
import { findPort } from '../kratos/database/port.js'
import { root, runExample } from './example.js'
import type { Example } from './example.js'

jest.setTimeout(180_000)

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: { 'start:web': string }
}

/** Starts the application as `npm run start:web` does, but for the build. */
async function start(environment: NodeJS.ProcessEnv = {}): Promise<[Example, string]> {
  const web = runExample(scripts['start:web'], environment)
  const [, url] = await web.waitFor(/The application is at (http:\/\/127\.0\.0\.1:\d+)[^]*Ctrl-C/)
  return [web, url!]
}

const title = (text: string): string | undefined => /<h1>(.*?)<\/h1>/s.exec(text)?.[1]
const browser = { Accept: 'text/html', 'Sec-Fetch-Dest': 'document' }

describe('npm run start:web', () => {
  let web: Example
  let url: string

  beforeAll(async () => {
    ;[web, url] = await start()
  })
  afterAll(() => web.stop())

  it('says where a browser has to go, and goes from there to the login of its fake Ory', async () => {
    const answer = await fetch(`${url}/notes`, { headers: browser })

    expect(new URL(answer.url).pathname).toBe('/self-service/login/browser')
    expect(new URL(answer.url).searchParams.get('return_to')).toBe(`${url}/notes`)
    const text = await answer.text()
    expect(text).toContain('ada@example.com')
    expect(text).toContain('bob@example.com')
  })

  it('ends on SIGTERM, with connections kept open', async () => {
    const [other, at] = await start()
    await (await fetch(at)).text()
    other.kill('SIGTERM')

    expect(await other.ended()).toBe(0)
  })
})

describe('npm run start:web with ORY_SDK_URL', () => {
  let fake: FakeOry
  let web: Example
  let url: string

  beforeAll(async () => {
    fake = await createFakeOry()
    ;[web, url] = await start({ ORY_SDK_URL: fake.url })
  })
  afterAll(async () => {
    await web.stop()
    await fake.close()
  })

  async function ask(
    path: string,
    person?: SignInOptions,
    init: RequestInit = {},
  ): Promise<{ answer: Response; text: string }> {
    const cookie = person && { Cookie: fake.signIn(person).cookie }
    const headers = { ...browser, ...cookie, ...init.headers }
    const answer = await fetch(`${url}${path}`, { redirect: 'manual', ...init, headers })
    return { answer, text: await answer.text() }
  }
  const form = (body: string): RequestInit => ({
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Sec-Fetch-Site': 'same-origin',
      Origin: url,
    },
    body,
  })

  it.each<[string, SignInOptions | undefined, number, string]>([
    ['/', undefined, 200, 'Welcome'],
    ['/', {}, 200, 'Welcome back'],
    ['/notes', {}, 200, 'Notes'],
    ['/vault', { aal: 'aal2' }, 200, 'Vault'],
    ['/account', {}, 200, 'Account'],
    ['/nothing', {}, 404, 'Not found'],
  ])('shows %s to %j', async (path, person, status, heading) => {
    const { answer, text } = await ask(path, person)

    expect([answer.status, title(text)]).toEqual([status, heading])
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it.each<[string, SignInOptions | undefined, string]>([
    ['/notes', undefined, ''],
    ['/vault', undefined, ''],
    ['/notes?page=2', undefined, ''],
    ['/login', undefined, ''],
    ['/account', { authenticatedAgoMs: 11 * 60_000 }, '&refresh=true'],
  ])('sends %s away for %j', async (path, person, query) => {
    const { answer } = await ask(path, person)
    const there = encodeURIComponent(`${url}${path}`)

    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(
      `${fake.url}/self-service/login/browser?return_to=${there}${query}`,
    )
  })

  it.each(['/', '/notes', '/account'])('has no browser keep %s once signed in', async (path) => {
    const { answer } = await ask(path, {})

    expect(answer.headers.get('cache-control')).toBe('private, no-store')
  })

  it('keeps a note of the form, and shows it as text', async () => {
    const { session } = fake.signIn()
    const me = { identityId: session.identity.id }
    const kept = await ask('/notes', me, form('text=%3Cb%3E+%26+%22'))
    const { text } = await ask('/notes', me)

    expect([kept.answer.status, kept.answer.headers.get('location')]).toEqual([303, 'notes'])
    expect(text).toContain('<li>&#60;b&#62; &#38; &#34;</li>')
    expect((await ask('/notes', {})).text).not.toContain('&#60;b')
  })

  it.each([
    ['no text', 'text='],
    ['too much of it', `text=${'x'.repeat(201)}`],
    ['a list', 'text=a&text=b'],
    ['another field', 'note=a'],
  ])('keeps no note of %s', async (_name, body) => {
    expect((await ask('/notes', {}, form(body))).answer.status).toBe(400)
  })

  it.each(['/', '/notes', '/vault', '/account', '/nothing/at/all'])(
    'has no link on %s that leaves a prefix which a proxy strips',
    async (path) => {
      const { text } = await ask(path, {})
      const links = [...text.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, link = '']) => link)
      const own = links.filter((link) => !/^(?:https?|data):/.test(link))
      const paths = own.map((link) => new URL(link, `https://app.example/shop${path}`).pathname)

      const menu = ['style.css', '', 'notes', 'vault', 'account']
      expect(paths).toEqual(expect.arrayContaining(menu.map((page) => `/shop/${page}`)))
      for (const each of paths) expect(each).toMatch(/^\/shop\//)
    },
  )

  it('answers what is no redirect with a page, and the headers of the denial', async () => {
    const { answer, text } = await ask('/notes', undefined, form('text=a'))

    expect([answer.status, title(text)]).toEqual([401, 'Please sign in'])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="ory"')
    expect(text).toContain(`return_to=${encodeURIComponent(`${url}/notes`)}`)
  })

  it.each<[SignInOptions, string, string]>([
    [{}, 'Enrol one', '/self-service/settings/browser?'],
    [{ secondFactor: true }, 'Show it', '/self-service/login/browser?'],
  ])(
    'says on a page what a second factor is for, and leads %j to %s',
    async (person, label, to) => {
      const { answer, text } = await ask('/vault?drawer=1', person)
      const [, href = ''] = new RegExp(`href="([^"]*)">${label}`).exec(text) ?? []

      expect([answer.status, title(text)]).toEqual([403, 'A second factor, please'])
      const link = new URL(href.replaceAll('&#38;', '&'))
      expect(link.href.startsWith(`${fake.url}${to}`)).toBe(true)
      expect(link.searchParams.get('return_to')).toBe(`${url}/vault?drawer=1`)
    },
  )

  it.each<[string, () => SignInOptions | undefined, string]>([
    ['without a session', () => undefined, 'Please sign in'],
    [
      'while Ory is away',
      () => {
        fake.database.stop()
        return {}
      },
      'Please try again',
    ],
  ])('gives a note back that was not kept: %s', async (_name, prepare, heading) => {
    const { text } = await ask('/notes', prepare(), form('text=%3Cb%3E+%26+mine'))
    fake.database.start()

    expect(title(text)).toBe(heading)
    expect(text).toContain('Your note is not kept yet.')
    expect(text).toMatch(
      /<form method="post" action="notes">[^]*>&#60;b&#62; &#38; mine<\/textarea>/,
    )
  })

  it('gives nothing back of what another site has sent', async () => {
    const foreign = form('text=evil')
    const headers = {
      ...foreign.headers,
      'Sec-Fetch-Site': 'cross-site',
      Origin: 'https://evil.example',
    }
    const { answer, text } = await ask('/notes', {}, { ...foreign, headers })

    expect([answer.status, title(text)]).toEqual([403, 'Not from there'])
    expect(text).not.toContain('evil')
  })

  it('keeps the start page readable while Ory is away', async () => {
    fake.database.stop()
    const { answer, text } = await ask('/', {})
    fake.database.start()

    expect([answer.status, title(text)]).toEqual([200, 'Welcome'])
  })

  it('logs out by Ory, and is back at the start page', async () => {
    const { answer, text } = await ask('/logout', {}, form(''))
    const [, href = ''] = /<meta http-equiv="refresh" content="0; url=([^"]*)">/.exec(text) ?? []
    const location = new URL(href.replaceAll('&amp;', '&'))

    expect(answer.status).toBe(200)
    expect(`${location.origin}${location.pathname}`).toBe(`${fake.url}/self-service/logout`)
    expect(location.searchParams.get('return_to')).toBe(`${url}/`)
  })

  it('says that it cannot tell while Ory fails, and logs why, without the cookie', async () => {
    const { cookie } = fake.signIn()
    fake.fault(502)
    const { answer, text } = await ask('/notes', undefined, { headers: { Cookie: cookie } })
    fake.heal()

    expect([answer.status, title(text)]).toEqual([503, 'Please try again'])
    await web.waitFor(/No answer: .*status: 502|No answer: .*502/)
    expect(web.output()).not.toContain(cookie.slice(30, 60))
  })
})

describe('the web application, for half a login where whoami requires a second factor', () => {
  let fake: FakeOry
  let web: Example
  let url: string

  beforeAll(async () => {
    fake = await createFakeOry({ requiredAal: 'highest_available' })
    ;[web, url] = await start({ ORY_SDK_URL: fake.url })
  })
  afterAll(async () => {
    await web.stop()
    await fake.close()
  })

  it('leads from the start page to the second factor, and back', async () => {
    const { cookie, session } = fake.signIn({ secondFactor: true })
    const headers = { ...browser, Cookie: cookie }
    const page = await (await fetch(url, { headers })).text()
    const [, href = ''] = /href="([^"]*)">Sign in</.exec(page) ?? []
    const answer = await fetch(new URL(href, url), { headers, redirect: 'manual' })
    const link = new URL(answer.headers.get('location') ?? '')

    expect(title(page)).toBe('Welcome')
    expect(link.pathname).toBe('/self-service/login/browser')
    expect(link.searchParams.get('aal')).toBe('aal2')
    const there = link.searchParams.get('return_to') ?? ''
    fake.stepUp(session)
    const back = await fetch(there, { headers, redirect: 'manual' })
    expect([back.status, back.headers.get('location')]).toEqual([303, './'])
  })

  it('gives a note back that was not kept', async () => {
    const { cookie } = fake.signIn({ secondFactor: true })
    const answer = await fetch(`${url}/notes`, {
      method: 'POST',
      headers: {
        ...browser,
        Cookie: cookie,
        'Content-Type': 'application/x-www-form-urlencoded',
        Origin: url,
      },
      body: 'text=milk',
    })
    const text = await answer.text()

    expect([answer.status, title(text)]).toEqual([403, 'A second factor, please'])
    expect(text).toContain('Your note is not kept yet.')
    expect(text).toMatch(/<a class="button" target="_blank"[^>]*>Show it<[^]*>milk<\/textarea>/)
  })
})

describe('the start of the web application', () => {
  it('says that a port is taken, and how to choose another', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const { port } = holder.address() as AddressInfo
    const web = runExample(scripts['start:web'], { PORT: String(port) })
    await web.waitFor(
      new RegExp(`Port ${port} is taken\\. Choose another: PORT=${port + 1} npm run start:web`),
    )

    expect(await web.ended()).toBe(1)
    holder.close()
  })

  it('leads browsers by ORY_BROWSER_URL, and back to APP_URL', async () => {
    const fake = await createFakeOry()
    const port = await findPort()
    const web = runExample(scripts['start:web'], {
      ORY_SDK_URL: fake.url,
      ORY_BROWSER_URL: 'https://auth.example',
      APP_URL: 'https://app.example',
      PORT: String(port),
    })
    await web.waitFor(/The application is at https:\/\/app\.example, and Ory at https:\/\/auth\./)

    expect(web.output()).toContain('selfservice.allowed_return_urls')
    const answer = await fetch(`http://127.0.0.1:${port}/notes`, {
      headers: browser,
      redirect: 'manual',
    })
    expect(answer.headers.get('location')).toBe(
      'https://auth.example/self-service/login/browser?return_to=https%3A%2F%2Fapp.example%2Fnotes',
    )
    await web.stop()
    await fake.close()
  })

  it('says on its page and in its log that the cookie never arrives', async () => {
    const fake = await createFakeOry()
    const [web, url] = await start({ ORY_SDK_URL: fake.url })
    const ask = (cookie: string) =>
      fetch(`${url}/notes`, { headers: { ...browser, Cookie: cookie }, redirect: 'manual' })
    let cookie = ''
    for (let visit = 0; visit < 3; visit += 1) {
      const answer = await ask(cookie)
      expect(answer.status).toBe(303)
      cookie = answer.headers.getSetCookie().join('; ')
    }
    const answer = await ask(cookie)
    const text = await answer.text()
    await web.waitFor(/Compare the option cookieName/)
    await web.stop()
    await fake.close()

    expect([answer.status, title(text)]).toEqual([401, 'Please sign in'])
    expect(text).toContain('The browser came back from the login without the session cookie.')
  })
})
