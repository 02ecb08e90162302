import { describe, expect, it } from '@jest/globals'
import { SessionError } from '../../../lib/shared/session-error.js'
import { redirectOf } from '../../../lib/http/login-redirect.js'
import { createExchange, type Sent } from '../support/exchange.js'

const appUrl = new URL('https://app.example')
const login = 'https://ory.example/api/self-service/login/browser'
const back = 'return_to=https%3A%2F%2Fapp.example%2Fa%3Fb%3Dc'
const page: Sent = { url: '/a?b=c', headers: { 'sec-fetch-dest': 'document' } }
const missing = new SessionError('session_missing', { redirectBrowserTo: login })

const locate = (sent: Sent = page, error = missing, app: URL | undefined = appUrl) =>
  redirectOf(error, createExchange(sent).request, app)

describe('where a navigation is sent', () => {
  it.each([
    [login, `${login}?${back}`],
    [`${login}?aal=aal2`, `${login}?${back}&aal=aal2`],
    [`${login}?refresh=true&aal=aal2`, `${login}?${back}&refresh=true&aal=aal2`],
    ['https://ory.example/settings', `https://ory.example/settings?${back}`],
  ])('is the link of the denial, and the way back: %s', (redirectBrowserTo, location) => {
    const error = new SessionError('session_aal2_required', { redirectBrowserTo })
    expect(locate(page, error)).toEqual({ location, returnTo: 'https://app.example/a?b=c' })
  })

  it('is nowhere for a denial without a link', () => {
    expect(locate(page, new SessionError('session_forbidden'))).toBeUndefined()
  })

  it('is nowhere without appUrl', () => {
    expect(redirectOf(missing, createExchange(page).request, undefined)).toBeUndefined()
  })

  it.each([
    ['/a', 'https://app.example/a'],
    ['//evil.example/a', 'https://app.example/evil.example/a'],
    ['http://evil.example/a', 'https://app.example/a'],
    ['', 'https://app.example/'],
  ])('comes back from %j to this application', (url, returnTo) => {
    const headers = { ...page.headers, host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    expect(locate({ url, headers })?.returnTo).toBe(returnTo)
  })

  it('comes back below the prefix that a proxy strips', () => {
    const way = locate(page, missing, new URL('https://app.example/notes'))
    expect(way?.returnTo).toBe('https://app.example/notes/a?b=c')
  })

  it('comes back to the whole path where a router cut its mount path off', () => {
    const { request } = createExchange({ ...page, url: '/b' })
    Object.assign(request, { originalUrl: '/mount/b?c' })
    expect(redirectOf(missing, request, appUrl)?.returnTo).toBe('https://app.example/mount/b?c')
  })
})

describe('what is redirected', () => {
  it('is no POST that method-override has made a GET', () => {
    const { request } = createExchange(page)
    Object.assign(request, { originalMethod: 'POST' })
    expect(redirectOf(missing, request, appUrl)).toBeUndefined()
  })

  it.each<[string, Sent, boolean]>([
    ['a GET of a document', page, true],
    ['a HEAD of a document', { ...page, method: 'HEAD' }, true],
    ['a POST of a document', { ...page, method: 'POST' }, false],
    ['an OPTIONS of a document', { ...page, method: 'OPTIONS' }, false],
    ['a get in small letters', { ...page, method: 'get' }, false],
    ['what is no page', { headers: { 'sec-fetch-dest': 'image' } }, false],
    ['a prefetch', { headers: { ...page.headers, 'sec-purpose': 'prefetch' } }, false],
  ])('is %s: %j %p', (_title, sent, expected) => {
    expect(locate(sent) !== undefined).toBe(expected)
  })
})
