import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { returnUrl } from '../../../lib/shared/return-url.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

const origin = 'https://app.example'
const app = new URL(origin)
const prefixed = new URL('https://app.example/team/notes')

describe('returnUrl', () => {
  it.each<[string, string]>([
    ['/', '/'],
    ['', '/'],
    ['/a/b?c=d&e=%20#f', '/a/b?c=d&e=%20#f'],
    ['/a//b', '/a//b'],
    ['?a=b', '/?a=b'],
    ['//evil.example/a', '/evil.example/a'],
    ['///evil.example', '/evil.example'],
    ['/\\evil.example', '/evil.example'],
    ['\\\\evil.example\\a', '/evil.example/a'],
    ['/\t/evil.example', '/evil.example'],
    ['/ /evil.example', '/evil.example'],
    [' //evil.example', '/evil.example'],
    ['/%2f/evil.example', '/%2f/evil.example'],
    ['/..//evil.example', '//evil.example'],
    ['/a/../../../b', '/b'],
    ['http://evil.example/a?b', '/a?b'],
    ['HTTPS://user@evil.example:1/a', '/a'],
    ['http://evil.example', '/'],
    ['http://evil.example?a', '/?a'],
    ['http:///evil.example', '/evil.example'],
    ['http:/evil.example', '/http:/evil.example'],
    ['javascript://evil.example/%0aalert(1)', '/%0aalert(1)'],
    ['javascript:alert(1)', '/javascript:alert(1)'],
    ['data:text/html,a', '/data:text/html,a'],
    ['evil.example:443', '/evil.example:443'],
    ['*', '/*'],
    ['/@evil.example', '/@evil.example'],
    ['@evil.example', '/@evil.example'],
    [':443@evil.example', '/:443@evil.example'],
    ['.evil.example', '/.evil.example'],
    ['/é', '/%C3%A9'],
    ['/a\r\nX-Evil: 1', '/aX-Evil:%201'],
    ['/"<>', '/%22%3C%3E'],
  ])('leads %j to %s', (target, path) => {
    expect(returnUrl(app, target)).toBe(`${origin}${path}`)
    expect(returnUrl(prefixed, target)).toBe(`${prefixed.href}${path}`)
  })

  it('leads a target of 6,000 characters back whole, and a longer one to its path or the start page', () => {
    const longest = `/${'a'.repeat(5999)}`
    const query = `/a?${'b'.repeat(5997)}`
    expect(returnUrl(app, longest)).toBe(`${origin}${longest}`)
    expect(returnUrl(app, query)).toBe(`${origin}${query}`)
    expect(returnUrl(app, `${query}b`)).toBe(`${origin}/a`)
    expect(returnUrl(app, `${longest}?b`)).toBe(`${origin}${longest}`)
    expect(returnUrl(app, `${longest}a?b`)).toBe(`${origin}/`)
    expect(returnUrl(prefixed, `${longest}a`)).toBe(`${prefixed.href}/`)
  })

  it.each([
    ['https://app.example/team/notes/a?b#c', '/a?b#c'],
    ['https://app.example/team/notes', '/'],
    ['https://app.example/team/notes?a', '/?a'],
    ['https://app.example/team/notesbook', '/team/notesbook'],
    ['https://evil.example/team/notes/a', '/team/notes/a'],
  ])('puts the prefix before %s once', (target, path) => {
    expect(returnUrl(prefixed, target)).toBe(`${prefixed.href}${path}`)
  })

  const piece = fc.constantFrom(
    ...[
      '/',
      '//',
      '\\',
      '.',
      '..',
      '@',
      ':',
      '?',
      '#',
      '%2f',
      '%5c',
      '\t',
      '\n',
      ' ',
      '\u0000',
      'é',
    ],
    ...[
      'evil.example',
      'http:',
      'https:',
      'javascript:',
      'a',
      '443',
      '[::1]',
      '。',
      '／',
      '\ud800',
    ],
  )
  const target = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  const staysHere = (make: typeof returnUrl) =>
    fc.property(
      target,
      fc.constantFrom(app, prefixed, new URL('http://localhost:3000')),
      (text, own) => {
        const url = make(own, text)
        expect(new URL(url).origin).toBe(own.origin)
        expect(`${url}/`.startsWith(own.href)).toBe(true)
        expect(url).toMatch(/^[\x21-\x7e]+$/)
        expect(new URL(url).href).toBe(url)
      },
    )

  it('stays on its origin, whatever the target', async () => {
    await expectHolds(staysHere(returnUrl), 1_000)
  })

  it.each<[string, typeof returnUrl]>([
    [
      'resolves the target',
      (own, text) => (URL.canParse(text, own.href) ? new URL(text, own).href : `${own.origin}/`),
    ],
    [
      'puts the target behind the origin',
      ({ origin: own }, text) => (URL.canParse(own + text) ? new URL(own + text).href : `${own}/`),
    ],
    [
      'resolves what begins with a slash',
      (own, text) =>
        text.startsWith('/') && URL.canParse(text, own.href)
          ? new URL(text, own).href
          : `${own.origin}/`,
    ],
    [
      'resolves what begins with one slash',
      (own, text) =>
        /^\/[^/]/.test(text) && URL.canParse(text, own.href)
          ? new URL(text, own).href
          : `${own.origin}/`,
    ],
    [
      'resolves behind the prefix',
      (own, text) => new URL(`${own.href}/${text.replace(/^[/\\\s]+/, '')}`).href,
    ],
  ])('can be distinguished from one that %s', async (_title, make) => {
    await expectRefuted(staysHere(make))
  })
})
