import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { SessionError } from '../../../lib/shared/session-error.js'
import { redirectOf } from '../../../lib/http/login-redirect.js'
import { loginUrl, settingsUrl } from '../../../lib/shared/ory-urls.js'
import type { ReturnLink } from '../../../lib/shared/return-link.js'
import { returnUrl } from '../../../lib/shared/return-url.js'
import { oddTargets } from '../../support/odd-target.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

const appUrls = fc
  .constantFrom(
    'https://app.example',
    'http://127.0.0.1:3000',
    'http://[::1]:8080',
    'https://example.com/app',
  )
  .map((url) => new URL(url))
const browserUrls = fc
  .constantFrom('https://auth.example', 'http://127.0.0.1:4433', 'https://app.example/ory')
  .map((url) => new URL(url))
/** What is denied, where Ory is, and what the link there asks for besides. */
interface Denied {
  readonly error: SessionError
  readonly browserUrl: URL
  readonly page: 'login' | 'settings'
  readonly query: Readonly<Record<string, string>>
}

const denials = fc
  .tuple(
    browserUrls,
    fc.constantFrom(
      ['session_missing', 'login', {}],
      ['session_invalid', 'login', {}],
      ['session_aal2_required', 'login', { aal: 'aal2' }],
      ['session_aal2_required', 'settings', {}],
      ['session_refresh_required', 'login', { refresh: 'true', aal: 'aal2' }],
    ),
  )
  .map(([browserUrl, [code, page, query]]): Denied => {
    const url = (page === 'login' ? loginUrl : settingsUrl)(browserUrl, query)
    const error = new SessionError(code, { redirectBrowserTo: url })
    return { error, browserUrl, page: page, query: query }
  })
/** Where a target stands, and what else a request says of its host. */
const requests = fc
  .tuple(oddTargets, oddTargets, fc.constantFrom('url', 'originalUrl'))
  .map(([target, other, where]) => ({
    method: 'GET',
    url: where === 'url' ? target : other,
    ...(where === 'originalUrl' && { originalUrl: target }),
    headers: {
      accept: 'text/html',
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-original-url': 'https://evil.example/',
      referer: 'https://evil.example/',
    },
  }))

type RedirectOf = (
  error: SessionError,
  request: IncomingMessage,
  appUrl: URL,
) => ReturnLink | undefined

/** Whatever is asked for, the browser goes to Ory, and from there back to this application. */
const staysWhereItBelongs = (redirect: RedirectOf) =>
  fc.property(denials, requests, appUrls, ({ error, browserUrl, page, query }, request, appUrl) => {
    const way = redirect(error, request as unknown as IncomingMessage, appUrl)!
    // A header can hold it, and no reader takes it for anything but one URL.
    expect(way.location).toMatch(/^[\x21-\x7e]+$/)
    const location = new URL(way.location)
    const prefix = browserUrl.pathname.replace(/\/$/, '')
    expect(way.location.startsWith(`${browserUrl.origin}/`)).toBe(true)
    expect(location.origin).toBe(browserUrl.origin)
    expect(location.pathname).toBe(`${prefix}/self-service/${page}/browser`)
    expect(location.hash).toBe('')

    const { return_to: returnTo, ...others } = Object.fromEntries(location.searchParams)
    expect(location.searchParams.getAll('return_to')).toEqual([way.returnTo])
    expect(others).toEqual(query)
    // By its beginning, too: Ory does not read URLs as this runtime does.
    const base = appUrl.href.replace(/\/$/, '')
    expect(returnTo!.startsWith(`${base}/`)).toBe(true)
    expect(returnTo).toMatch(/^[\x21-\x7e]+$/)
    const { origin, username, password, href } = new URL(returnTo!)
    expect([origin, username, password]).toEqual([appUrl.origin, '', ''])
    expect(href.startsWith(`${base}/`)).toBe(true)
  })

/** redirectOf with another way to make the URL to come back to. */
const returningBy =
  (make: (origin: string, target: string) => string): RedirectOf =>
  (error, request, appUrl) => {
    const way = redirectOf(error, request, appUrl)!
    const { originalUrl = request.url! } = request as { originalUrl?: string }
    const returnTo = make(appUrl.href.replace(/\/$/, ''), originalUrl)
    const location = new URL(way.location)
    location.searchParams.set('return_to', returnTo)
    return { location: location.href, returnTo }
  }

const tolerant =
  (make: (origin: string, target: string) => string) => (origin: string, target: string) => {
    try {
      return make(origin, target)
    } catch {
      return `${origin}/`
    }
  }

describe('where a browser is sent to', () => {
  it('is Ory, and then this application, whatever it asked for', async () => {
    await expectHolds(staysWhereItBelongs(redirectOf), 1_000)
  })

  it.each<[string, RedirectOf]>([
    ['puts the target behind the origin', returningBy((origin, target) => origin + target)],
    [
      'resolves the target',
      returningBy(tolerant((origin, target) => new URL(target, origin).href)),
    ],
    [
      'resolves what begins with one slash alone',
      returningBy(
        tolerant((origin, target) =>
          /^\/(?!\/)/.test(target) ? new URL(target, origin).href : `${origin}/`,
        ),
      ),
    ],
    [
      'encodes nothing',
      (error, request, appUrl) => {
        const way = redirectOf(error, request, appUrl)!
        const page = way.location.slice(0, way.location.indexOf('?'))
        return { ...way, location: `${page}?return_to=${way.returnTo}` }
      },
    ],
    [
      'believes the host of the request',
      returningBy((origin, target) =>
        returnUrl(new URL(origin.replace(/\/\/.*/, '//evil.example')), target),
      ),
    ],
    [
      'forgets the level',
      (error, request, appUrl) => {
        const url = new URL(error.redirectBrowserTo!)
        url.searchParams.delete('aal')
        const other = new SessionError(error.code, { redirectBrowserTo: url.href })
        return redirectOf(other, request, appUrl)
      },
    ],
    [
      'takes the path of appUrl away',
      (error, request, appUrl) => redirectOf(error, request, new URL(appUrl.origin)),
    ],
  ])('differs from one that %s', async (_name, broken) => {
    await expectRefuted(staysWhereItBelongs(broken))
  })
})

const plainPaths = fc
  .array(fc.stringMatching(/^[\w~!$&'()*+,=:@-]{1,8}$/), { minLength: 1, maxLength: 5 })
  .map((segments) => `/${segments.join('/')}`)
const plainTargets = fc
  .tuple(plainPaths, fc.option(fc.stringMatching(/^[\w&=%2F+.-]{0,12}$/), { nil: undefined }))
  .filter(([path]) => !/^\/[a-z][a-z0-9+.-]*:\/\//i.test(path))
  .map(([path, query]) => (query === undefined ? path : `${path}?${query}`))

const comesBackTo = (make: typeof returnUrl) =>
  fc.property(appUrls, plainTargets, (appUrl, target) => {
    expect(make(appUrl, target)).toBe(`${appUrl.href.replace(/\/$/, '')}${target}`)
  })

describe('an ordinary page', () => {
  it('is come back to, byte for byte', async () => {
    await expectHolds(comesBackTo(returnUrl), 500)
  })

  it.each<[string, typeof returnUrl]>([
    ['leads to the start page', ({ href }) => href],
    ['leaves the query out', (app, target) => returnUrl(app, target.replace(/\?.*/, ''))],
    ['encodes once more', (app, target) => returnUrl(app, encodeURI(target))],
    ['decodes', (app, target) => returnUrl(app, target.replaceAll('%2F', '/'))],
    [
      'takes what looks like a scheme away',
      (app, target) => returnUrl(app, target.replace(/^\/\w+:/, '/')),
    ],
  ])('differs from what %s', async (_name, broken) => {
    await expectRefuted(comesBackTo(broken))
  })
})
