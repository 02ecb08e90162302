import { describe, expect, it } from '@jest/globals'
import {
  SessionError,
  type SessionDenialCode,
  type DenialExtras,
} from '../../../lib/shared/session-error.js'
import { redirectOf } from '../../../lib/http/login-redirect.js'
import { createExchange, type Sent } from '../support/exchange.js'

const settings = {
  browserUrl: new URL('https://ory.example/api'),
  publicOrigin: 'https://app.example',
}
const login = 'https://ory.example/api/self-service/login/browser'
const back = 'return_to=https%3A%2F%2Fapp.example%2Fa%3Fb%3Dc'

const page: Sent = { url: '/a?b=c', headers: { 'sec-fetch-dest': 'document' } }

const locate = (
  code: SessionDenialCode,
  sent: Sent = page,
  extras: DenialExtras = {},
  changed = {},
) =>
  redirectOf(new SessionError(code, extras), createExchange(sent).request, {
    ...settings,
    ...changed,
  })

describe('where a navigation is sent', () => {
  it.each<[SessionDenialCode, DenialExtras, string]>([
    ['session_missing', {}, `${login}?${back}`],
    ['session_invalid', {}, `${login}?${back}`],
    ['session_aal2_required', { requiredAal: 'aal2' }, `${login}?${back}&aal=aal2`],
    ['session_aal2_required', { requiredAal: 'aal3' }, `${login}?${back}&aal=aal3`],
    ['session_refresh_required', {}, `${login}?${back}&refresh=true`],
    [
      'session_aal2_required',
      { requiredAal: 'aal2', isSecondFactorMissing: true },
      `https://ory.example/api/self-service/settings/browser?${back}`,
    ],
  ])('for %s with %j', (code, extras, location) => {
    expect(locate(code, page, extras)).toEqual({ location, returnTo: 'https://app.example/a?b=c' })
  })

  it.each<SessionDenialCode>([
    ...(['authentication_unavailable', 'credential_malformed', 'cross_site_request'] as const),
    ...(['session_method_required', 'session_unverified', 'session_forbidden'] as const),
  ])('is nowhere for %s, which a login does not mend', (code) => {
    expect(locate(code)).toBeUndefined()
  })

  it('is nowhere without appUrl', () => {
    expect(locate('session_missing', page, {}, { publicOrigin: undefined })).toBeUndefined()
  })

  it.each<[string, Sent, string | undefined]>([
    ['/a', {}, 'https://app.example/a'],
    ['//evil.example/a', {}, 'https://app.example/evil.example/a'],
    ['http://evil.example/a', {}, 'https://app.example/a'],
    ['', {}, 'https://app.example/'],
  ])('comes back from %j to this application', (url, sent, returnTo) => {
    const headers = { ...page.headers, host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    expect(locate('session_missing', { ...sent, url, headers })?.returnTo).toBe(returnTo)
  })

  it('comes back to the whole path where a router cut its mount path off', () => {
    const { request } = createExchange({ ...page, url: '/b' })
    Object.assign(request, { originalUrl: '/mount/b?c' })
    const way = redirectOf(new SessionError('session_missing'), request, settings)
    expect(way?.returnTo).toBe('https://app.example/mount/b?c')
  })
})

describe('what counts as a navigation', () => {
  it.each<[string, Sent, boolean]>([
    ['a GET of a document', page, true],
    ['a HEAD of a document', { ...page, method: 'HEAD' }, true],
    ['a POST of a document', { ...page, method: 'POST' }, false],
    ['an OPTIONS of a document', { ...page, method: 'OPTIONS' }, false],
    ['a get in small letters', { ...page, method: 'get' }, false],
    ['a frame', { headers: { 'sec-fetch-dest': 'iframe', accept: 'text/html' } }, false],
    ['an image', { headers: { 'sec-fetch-dest': 'image', accept: 'text/html' } }, false],
    ['a fetch', { headers: { 'sec-fetch-dest': 'empty', accept: 'text/html' } }, false],
    ['an old browser', { headers: { accept: 'text/html,application/xhtml+xml' } }, true],
    ['an old browser in capitals', { headers: { accept: 'TEXT/HTML' } }, true],
    ['a client of JSON', { headers: { accept: 'application/json, text/html' } }, false],
    ['a client of anything', { headers: { accept: '*/*' } }, false],
    ['a client that says nothing', {}, false],
    [
      'a browser with half of Fetch Metadata',
      { headers: { accept: 'text/html', 'sec-fetch-mode': 'cors' } },
      false,
    ],
    [
      'a browser with the other half',
      { headers: { accept: 'text/html', 'sec-fetch-site': 'none' } },
      false,
    ],
  ])('is %s', (_title, sent, expected) => {
    expect(locate('session_missing', sent) !== undefined).toBe(expected)
  })
})
