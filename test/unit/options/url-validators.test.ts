import { describe, expect, it } from '@jest/globals'
import { checkAppUrl, checkOrigin, checkUrl } from '../../../lib/options/url-validators.js'

describe('checkUrl', () => {
  it.each([
    ['https://ory.example', 'https://ory.example/'],
    ['http://ory.example:4433/', 'http://ory.example:4433/'],
    ['https://example.com/ory//', 'https://example.com/ory'],
  ])('reads %s, and takes the slashes off its end', (given, href) => {
    expect(checkUrl('url', given).href).toBe(href)
  })

  it.each([
    ['ory.example:4433', 'did you mean https://ory.example:4433?'],
    ['localhost:4433', 'did you mean http://localhost:4433?'],
  ])('suggests a scheme for %s', (given, fix) => {
    expect(() => checkUrl('url', given)).toThrow(fix)
  })

  it.each([
    'ftp://ory.example',
    'https://user:hunter2@ory.example',
    'https://ory.example/?key=hunter2',
    'https://ory.example/#hunter2',
    new URL('https://ory.example'),
  ])('refuses %s, and shows no secret of it', (given) => {
    expect(() => checkUrl('url', given)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

describe('checkAppUrl', () => {
  it('refuses a wildcard, because no browser is at one', () => {
    expect(() => checkAppUrl('appUrl', 'https://*.example.com')).toThrow('without a wildcard')
  })
})

describe('checkOrigin', () => {
  it.each([
    ['https://APP.example', 'https://app.example'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['chrome-extension://abcdef', 'chrome-extension://abcdef'],
  ])('reads %s as %s', (given, origin) => {
    expect(checkOrigin('trustedOrigins', given)).toBe(origin)
  })

  it.each([
    ['https://app.example/path', 'did you mean https://app.example?'],
    ['https://*.example', 'without a wildcard'],
    ['*', "must be an origin, without a wildcard; got '*'; name each origin"],
    ['https:app.example', 'must be an origin, such as https://app.example'],
    [Object.create(null), 'got an object'],
    ['capacitor://', 'an origin'],
    ['app.example', 'did you mean https://app.example?'],
  ])('refuses %s', (given, message) => {
    expect(() => checkOrigin('trustedOrigins', given)).toThrow(message)
  })
})
