import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { SessionError } from '../../../lib/shared/session-error.js'
import { redirectOf } from '../../../lib/http/login-redirect.js'
import type { Redirect, RedirectSettings } from '../../../lib/http/login-redirect.js'
import { returnUrl } from '../../../lib/shared/return-url.js'
import { oddTargets } from '../../support/odd-target.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

const publicOrigins = fc.constantFrom(
  'https://app.example',
  'http://127.0.0.1:3000',
  'http://[::1]:8080',
)
const browserUrls = fc
  .constantFrom('https://auth.example', 'http://127.0.0.1:4433', 'https://app.example/ory')
  .map((url) => new URL(url))
const denials = fc.constantFrom(
  new SessionError('session_missing'),
  new SessionError('session_invalid'),
  new SessionError('session_aal2_required', { requiredAal: 'aal2' }),
  new SessionError('session_aal2_required', { requiredAal: 'aal2', isSecondFactorMissing: true }),
  new SessionError('session_refresh_required'),
)
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
  settings: RedirectSettings,
) => Redirect | undefined

/** Whatever is asked for, the browser goes to Ory, and from there back to this application. */
const staysWhereItBelongs = (redirect: RedirectOf) =>
  fc.property(
    denials,
    requests,
    browserUrls,
    publicOrigins,
    (error, request, browserUrl, publicOrigin) => {
      const settings = { browserUrl, publicOrigin }
      const way = redirect(error, request as unknown as IncomingMessage, settings)!
      // A header can hold it, and no reader takes it for anything but one URL.
      expect(way.location).toMatch(/^[\x21-\x7e]+$/)
      const location = new URL(way.location)
      const page = error.isSecondFactorMissing ? 'settings' : 'login'
      const prefix = browserUrl.pathname.replace(/\/$/, '')
      expect(way.location.startsWith(`${browserUrl.origin}/`)).toBe(true)
      expect(location.origin).toBe(browserUrl.origin)
      expect(location.pathname).toBe(`${prefix}/self-service/${page}/browser`)
      expect(location.hash).toBe('')

      const { return_to: returnTo, ...others } = Object.fromEntries(location.searchParams)
      expect(location.searchParams.getAll('return_to')).toEqual([way.returnTo])
      expect(others).toEqual({
        ...(page === 'login' && error.requiredAal !== undefined && { aal: error.requiredAal }),
        ...(error.code === 'session_refresh_required' && { refresh: 'true' }),
      })
      // By its beginning, too: Ory does not read URLs as this runtime does.
      expect(returnTo!.startsWith(`${publicOrigin}/`)).toBe(true)
      expect(returnTo).toMatch(/^[\x21-\x7e]+$/)
      const { origin, username, password } = new URL(returnTo!)
      expect([origin, username, password]).toEqual([publicOrigin, '', ''])
    },
  )

/** redirectOf with another way to make the URL to come back to. */
const returningBy =
  (make: (origin: string, target: string) => string): RedirectOf =>
  (error, request, settings) => {
    const way = redirectOf(error, request, settings)!
    const { originalUrl = request.url! } = request as { originalUrl?: string }
    const returnTo = make(settings.publicOrigin!, originalUrl)
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
      (error, request, settings) => {
        const way = redirectOf(error, request, settings)!
        const page = way.location.slice(0, way.location.indexOf('?'))
        return { ...way, location: `${page}?return_to=${way.returnTo}` }
      },
    ],
    [
      'believes the host of the request',
      returningBy((origin, target) =>
        returnUrl(origin.replace(/\/\/.*/, '//evil.example'), target),
      ),
    ],
    [
      'forgets the level',
      (error, request, settings) =>
        redirectOf(
          new SessionError(
            error.code,
            error.isSecondFactorMissing ? { isSecondFactorMissing: true } : {},
          ),
          request,
          settings,
        ),
    ],
    [
      'takes the path of browserUrl away',
      (error, request, settings) =>
        redirectOf(error, request, {
          ...settings,
          browserUrl: new URL(settings.browserUrl.origin),
        }),
    ],
  ])('is told from one that %s', async (_name, broken) => {
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
  fc.property(publicOrigins, plainTargets, (origin, target) => {
    expect(make(origin, target)).toBe(`${origin}${target}`)
  })

describe('an ordinary page', () => {
  it('is come back to, byte for byte', async () => {
    await expectHolds(comesBackTo(returnUrl), 500)
  })

  it.each<[string, typeof returnUrl]>([
    ['leads to the start page', (origin) => `${origin}/`],
    ['leaves the query out', (origin, target) => returnUrl(origin, target.replace(/\?.*/, ''))],
    ['encodes once more', (origin, target) => returnUrl(origin, encodeURI(target))],
    ['decodes', (origin, target) => returnUrl(origin, target.replaceAll('%2F', '/'))],
    [
      'takes what looks like a scheme away',
      (origin, target) => returnUrl(origin, target.replace(/^\/\w+:/, '/')),
    ],
  ])('is told from what %s', async (_name, broken) => {
    await expectRefuted(comesBackTo(broken))
  })
})
