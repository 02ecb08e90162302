import { describe, expect, it } from '@jest/globals'
import type { IncomingHttpHeaders } from 'node:http'
import { isCrossSite } from '../../../lib/auth/cross-site.js'

const publicOrigin = 'https://app.example'
const withPublicUrl = {
  publicOrigin,
  trustedOrigins: new Set(['https://partner.example', 'capacitor://localhost']),
}
const without = { publicOrigin: undefined, trustedOrigins: new Set<string>() }

const host = 'app.example'
const post = (headers: IncomingHttpHeaders) => ({ method: 'POST', headers: { host, ...headers } })
const site = (value: string, origin?: string): IncomingHttpHeaders => ({
  'sec-fetch-site': value,
  ...(origin === undefined ? {} : { origin }),
})

describe('isCrossSite', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', undefined])(
    'lets %s pass, which changes nothing',
    (method) => {
      const headers = site('cross-site', 'https://evil.example')
      expect(isCrossSite({ method, headers }, withPublicUrl)).toBe(false)
      expect(isCrossSite({ method, headers }, without)).toBe(false)
    },
  )

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'post', ''])('looks at %j', (method) => {
    const headers = site('cross-site', 'https://evil.example')
    expect(isCrossSite({ method, headers }, withPublicUrl)).toBe(true)
    expect(isCrossSite({ method, headers }, without)).toBe(true)
  })

  it.each<[string, IncomingHttpHeaders, boolean]>([
    ['a page of this application', site('same-origin', publicOrigin), false],
    ['a page of a sister', site('same-site', 'https://www.app.example'), false],
    ['a person', site('none'), false],
    ['another site', site('cross-site', 'https://evil.example'), true],
    ['another site that hides', site('cross-site', 'null'), true],
    ['another site that says no origin', site('cross-site'), true],
    ['a trusted site', site('cross-site', 'https://partner.example'), false],
    ['this application in a frame of another', site('cross-site', publicOrigin), false],
    ['what a browser may say one day', site('next-door', 'https://evil.example'), true],
    ['what is no browser', {}, false],
    ['an old browser here', { origin: publicOrigin }, false],
    ['an old browser here that writes the port', { origin: 'https://app.example:443' }, false],
    ['an app that is trusted by its own scheme', { origin: 'capacitor://localhost' }, false],
    ['another app', { origin: 'capacitor://localhost.evil' }, true],
    ['an old browser at a trusted site', { origin: 'https://partner.example' }, false],
    ['an old browser elsewhere', { origin: 'https://evil.example' }, true],
    ['an old browser at a sister', { origin: 'https://www.app.example' }, true],
    ['an old browser at another port', { origin: 'https://app.example:8443' }, true],
    ['an old browser over http', { origin: 'http://app.example' }, true],
    ['an old browser that hides', { origin: 'null' }, true],
    ['a trusted site with a path', { origin: 'https://partner.example/' }, true],
    ['a site whose name begins alike', { origin: 'https://partner.example.evil.example' }, true],
    ['a site that lists others', { origin: 'https://evil.example https://app.example' }, true],
  ])('judges %s', (_title, headers, expected) => {
    expect(isCrossSite(post(headers), withPublicUrl)).toBe(expected)
  })

  it.each<[string, IncomingHttpHeaders, boolean]>([
    ['a page here', site('same-origin', publicOrigin), false],
    ['another site', site('cross-site', 'https://evil.example'), true],
    ['what is no browser', {}, false],
    ['an old browser here', { origin: 'https://app.example' }, false],
    [
      'an old browser here, in capitals',
      { origin: 'https://app.example', host: 'APP.example' },
      false,
    ],
    [
      'an old browser here, over HTTP/2',
      { origin: 'https://app.example', host: undefined, ':authority': host },
      false,
    ],
    [
      'an old browser here, behind a proxy that writes the port',
      { origin: 'https://app.example', host: 'app.example:443' },
      false,
    ],
    [
      'an old browser here over http, with the port',
      { origin: 'http://app.example', host: 'app.example:80' },
      false,
    ],
    ['an old browser that writes the port itself', { origin: 'https://app.example:443' }, false],
    [
      'an old browser at an address, in its long form',
      { origin: 'http://[::1]:3000', host: '[0:0:0:0:0:0:0:1]:3000' },
      false,
    ],
    [
      'an old browser over http, and the port of https',
      { origin: 'http://app.example', host: 'app.example:443' },
      true,
    ],
    [
      'an old browser at another port',
      { origin: 'https://app.example:8443', host: 'app.example:443' },
      true,
    ],
    ['an app of the same host by its own scheme', { origin: 'capacitor://app.example' }, true],
    [
      'a host that is none',
      { origin: 'https://evil.example', host: 'app.example@evil.example' },
      true,
    ],
    [
      'a host with a path',
      { origin: 'https://evil.example', host: 'evil.example/app.example' },
      true,
    ],
    ['an old browser elsewhere', { origin: 'https://evil.example' }, true],
    ['an old browser that hides', { origin: 'null' }, true],
    ['an old browser at no URL', { origin: 'app.example' }, true],
    ['a request without a host', { origin: 'https://app.example', host: undefined }, true],
  ])('judges %s where no appUrl is known', (_title, headers, expected) => {
    expect(isCrossSite(post(headers), without)).toBe(expected)
  })

  it('takes nobody’s word for the host where appUrl is known', () => {
    const headers = {
      origin: 'https://evil.example',
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
    }
    expect(isCrossSite(post(headers), withPublicUrl)).toBe(true)
  })
})
