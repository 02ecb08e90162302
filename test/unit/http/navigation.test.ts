import { describe, expect, it } from '@jest/globals'
import type { IncomingHttpHeaders } from 'node:http'
import { isPrefetch, targetOf, wantsPage } from '../../../lib/http/navigation.js'
import { createExchange } from '../support/exchange.js'

const html = 'text/html,application/xhtml+xml'
const of = (dest: string | undefined, mode?: string, accept = html): IncomingHttpHeaders => ({
  accept,
  ...(dest !== undefined && { 'sec-fetch-dest': dest }),
  ...(mode !== undefined && { 'sec-fetch-mode': mode }),
})

describe('wantsPage', () => {
  it.each<[string, IncomingHttpHeaders, boolean]>([
    ['a document', of('document'), true],
    ['a document by navigation', of('document', 'navigate'), true],
    ['a document, whatever it accepts', of('document', 'navigate', '*/*'), true],
    ['a navigation that a service worker passes on', of('empty', 'navigate'), true],
    ['a navigation without a destination', of(undefined, 'navigate'), true],
    ['a frame', of('iframe', 'navigate'), false],
    ['an old frame', of('frame', 'navigate'), false],
    ['an embedded object', of('object', 'navigate'), false],
    ['fetch()', of('empty', 'cors'), false],
    ['fetch() of the same origin', of('empty', 'same-origin'), false],
    ['a document by another mode, as Node’s fetch says', of('document', 'cors'), true],
    ['an image', of('image'), false],
    ['half of Fetch Metadata', of(undefined, 'cors'), false],
    ['the site alone', { accept: html, 'sec-fetch-site': 'none' }, false],
    ['an old browser', { accept: html }, true],
    ['an old browser in capitals', { accept: 'TEXT/HTML' }, true],
    ['a client of JSON', { accept: 'application/json, text/html' }, false],
    ['a client of anything', { accept: '*/*' }, false],
    ['a client that says nothing', {}, false],
  ])('is true for %s or not: %j %p', (_title, headers, expected) => {
    expect(wantsPage(createExchange({ headers }).request)).toBe(expected)
  })
})

describe('isPrefetch', () => {
  it.each<[IncomingHttpHeaders, boolean]>([
    [{ 'sec-purpose': 'prefetch' }, true],
    [{ 'sec-purpose': 'prefetch;prerender' }, true],
    [{ 'sec-purpose': 'prefetch;anonymous-client-ip' }, true],
    [{ purpose: 'prefetch' }, true],
    [{ 'x-purpose': 'preview' }, true],
    [{ 'x-moz': 'prefetch' }, true],
    [{ purpose: 'Prefetch' }, true],
    [{ purpose: 'navigate' }, false],
    [{ 'sec-purpose': '' }, false],
    [{}, false],
  ])('tells %j: %p', (headers, expected) => {
    expect(isPrefetch(createExchange({ headers }).request)).toBe(expected)
  })
})

describe('targetOf', () => {
  it('is the target that came, whatever a router cut off', () => {
    const { request } = createExchange({ url: '/b' })
    expect(targetOf(request)).toBe('/b')
    Object.assign(request, { originalUrl: '/a/b' })
    expect(targetOf(request)).toBe('/a/b')
  })
})
