import { describe, expect, it } from '@jest/globals'
import { createLinks } from '../../../lib/http/links.js'
import type { SessionLinks } from '../../../lib/http/links.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'

const appUrl = 'https://app.example'
const links = (options: object = {}): SessionLinks =>
  createLinks(resolveOptions({ url: 'http://kratos.internal:4433', appUrl, ...options }))
const login = 'http://kratos.internal:4433/self-service/login/browser'
const settings = 'http://kratos.internal:4433/self-service/settings/browser'

describe('loginUrl', () => {
  it.each([
    [undefined, ''],
    [{}, ''],
    [{ refresh: false }, ''],
    [{ refresh: true }, '?refresh=true'],
    [{ aal: 'aal1' }, '?aal=aal1'],
    [{ aal: 'aal2' }, '?aal=aal2'],
    [{ returnTo: '/a b?c=d&e' }, '?return_to=https%3A%2F%2Fapp.example%2Fa%2520b%3Fc%3Dd%26e'],
    [
      { returnTo: '/', aal: 'aal2', refresh: true },
      '?return_to=https%3A%2F%2Fapp.example%2F&aal=aal2&refresh=true',
    ],
    [{ returnTo: undefined, aal: undefined, refresh: undefined }, ''],
  ] as const)('for %j ends in %j', (link, query) => {
    expect(links().loginUrl(link as Parameters<SessionLinks['loginUrl']>[0])).toBe(
      `${login}${query}`,
    )
  })

  it.each([
    ['an unknown level', { aal: 'aal4' }, /loginUrl\.aal/],
    ['a level that is no text', { aal: 2 }, /loginUrl\.aal/],
    ['a refresh that is no boolean', { refresh: 'true' }, /loginUrl\.refresh/],
    ['another key', { return_to: '/' }, /loginUrl has no "return_to"; did you mean returnTo/],
    ['a return that is no text', { returnTo: new URL('https://app.example') }, /returnTo/],
    ['no object', '/x', /loginUrl/],
    ['null', null, /loginUrl/],
  ])('refuses %s', (_name, link, message) => {
    expect(() => links().loginUrl(link as object)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(message) }),
    )
  })
})

describe('settingsUrl', () => {
  it.each([
    [undefined, ''],
    [{}, ''],
    [{ returnTo: '/account' }, '?return_to=https%3A%2F%2Fapp.example%2Faccount'],
  ])('for %j ends in %j', (link, query) => {
    expect(links().settingsUrl(link)).toBe(`${settings}${query}`)
  })

  it.each([
    ['a level', { aal: 'aal2' }, /settingsUrl has no "aal"/],
    ['a return that is no text', { returnTo: 7 }, /returnTo/],
    ['no object', 7, /settingsUrl/],
  ])('refuses %s', (_name, link, message) => {
    expect(() => links().settingsUrl(link as object)).toThrow(message)
  })
})

describe('both', () => {
  const made = (options: object, link: object): string[] => [
    links(options).loginUrl(link),
    links(options).settingsUrl(link),
  ]

  it('lead to Ory as browsers reach it, path and all', () => {
    for (const url of made({ browserUrl: 'https://example.com/ory/' }, {})) {
      expect(url).toMatch(
        /^https:\/\/example\.com\/ory\/self-service\/(?:login|settings)\/browser$/,
      )
    }
  })

  it.each([
    ['', '/'],
    ['bye', '/bye'],
    ['//evil.example', '/evil.example'],
    ['\\\\evil.example', '/evil.example'],
    ['/\\/evil.example', '/evil.example'],
    ['https://evil.example/x', '/x'],
    ['HTTPS://evil.example', '/'],
    ['https:evil.example', '/https:evil.example'],
    ['javascript:alert(1)', '/javascript:alert(1)'],
    ['data:text/html,x', '/data:text/html,x'],
    ['@evil.example', '/@evil.example'],
    ['/../../x', '/x'],
    ['/x\ty\nz', '/xyz'],
    ['/ü€', '/%C3%BC%E2%82%AC'],
    ['/\ud800', '/%EF%BF%BD'],
    ['/x#part', '/x#part'],
    [`/${'x'.repeat(5_999)}`, `/${'x'.repeat(5_999)}`],
    [`/${'x'.repeat(6_000)}`, '/'],
    [`/a?${'x'.repeat(6_000)}`, '/a'],
  ])('come back to this application alone: %j', (returnTo, path) => {
    for (const url of made({}, { returnTo })) {
      expect(new URL(url).searchParams.get('return_to')).toBe(`${appUrl}${path}`)
    }
  })

  it.each<[string, object[] | object, string | null]>([
    ['the first of a list', ['/a', '/b'], '/a'],
    ['an empty list', [], null],
    ['an object', { a: '/b' }, null],
    ['a list of objects', [{ a: '/b' }], null],
    ['a list in a list', [['/a'], '/b'], '/a'],
    ['a name without a value', [null], null],
    ['an object without a prototype', Object.create(null) as object, null],
  ])('take what a query string holds: %s', (_title, returnTo, path) => {
    for (const url of made({}, { returnTo })) {
      const back = new URL(url).searchParams.get('return_to')
      expect(back).toBe(path === null ? null : `${appUrl}${path}`)
    }
  })

  it('come back below the prefix that a proxy strips', () => {
    for (const url of made({ appUrl: 'https://example.com/app/' }, { returnTo: '/../x' })) {
      expect(new URL(url).searchParams.get('return_to')).toBe('https://example.com/app/x')
    }
  })

  it('cannot come back where nobody has said what this application is to browsers', () => {
    const without = { appUrl: undefined }
    expect(made(without, {})).toEqual([login, settings])
    expect(() => links(without).loginUrl({ returnTo: '/' })).toThrow(/appUrl/)
    expect(() => links(without).settingsUrl({ returnTo: '/' })).toThrow(/appUrl/)
  })
})
