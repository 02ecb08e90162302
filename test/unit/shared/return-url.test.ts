import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { returnUrl } from '../../../lib/shared/return-url.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

const origin = 'https://app.example'

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
    expect(returnUrl(origin, target)).toBe(`${origin}${path}`)
  })

  it('leads a target that is too long to the start page', () => {
    const longest = `/${'a'.repeat(2047)}`
    expect(returnUrl(origin, longest)).toBe(`${origin}${longest}`)
    expect(returnUrl(origin, `${longest}a`)).toBe(`${origin}/`)
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
    fc.property(target, fc.constantFrom(origin, 'http://localhost:3000'), (text, own) => {
      const url = make(own, text)
      expect(new URL(url).origin).toBe(own)
      expect(url).toMatch(/^[\x21-\x7e]+$/)
      expect(new URL(url).href).toBe(url)
    })

  it('stays on its origin, whatever the target', async () => {
    await expectHolds(staysHere(returnUrl), 1_000)
  })

  it.each<[string, typeof returnUrl]>([
    [
      'resolves the target',
      (own, text) => (URL.canParse(text, own) ? new URL(text, own).href : `${own}/`),
    ],
    [
      'puts the target behind the origin',
      (own, text) => (URL.canParse(own + text) ? new URL(own + text).href : `${own}/`),
    ],
    [
      'resolves what begins with a slash',
      (own, text) =>
        text.startsWith('/') && URL.canParse(text, own) ? new URL(text, own).href : `${own}/`,
    ],
    [
      'resolves what begins with one slash',
      (own, text) =>
        /^\/[^/]/.test(text) && URL.canParse(text, own) ? new URL(text, own).href : `${own}/`,
    ],
  ])('is told from one that %s', async (_title, make) => {
    await expectRefuted(staysHere(make))
  })
})
