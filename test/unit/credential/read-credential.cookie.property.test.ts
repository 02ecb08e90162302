import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createCookieNameMatcher, firstCode } from '../../../lib/credential/cookie-name-matcher.js'
import { readCredential } from '../../../lib/credential/read-credential.js'
import { maxCookieLength } from '../../../lib/credential/credential.js'
import { growthOf, mostGrowth } from '../support/growth.js'
import { expectHolds, expectRefuted } from '../support/runs.js'
import { readSlowly } from './slow-cookies.js'

type Read = (header: string, isSessionCookie: (name: string) => boolean) => string | undefined

const name = 'ory_kratos_session'
const matchers = [name, /^ory_session_[A-Za-z0-9]+$/]
const isOurs = createCookieNameMatcher(matchers)
// The same said without a RegExp.
const isOursSlowly = (text: string): boolean =>
  text === name ||
  (text.startsWith('ory_session_') &&
    text.length > 12 &&
    [...text.slice(12)].every((letter) => /[A-Za-z0-9]/.test(letter)))

const read: Read = (header, isSessionCookie) => {
  const settings = { sources: ['cookie'], tokenPrefix: '', isSessionCookie } as const
  const found = readCredential({ headers: { cookie: header } }, settings)
  // The short cut of the first letter must make no difference.
  const quick = { ...settings, sessionCookieCode: firstCode(matchers) }
  expect(readCredential({ headers: { cookie: header } }, quick)).toEqual(found)
  return typeof found === 'object' ? found.value : found
}

const names = fc.constantFrom(
  ...[name, name, name, 'ory_session_playground', 'ory_session_', 'ory_session_a-b', 'ory_session'],
  ...[`${name}2`, `x${name}`, 'Ory_Kratos_Session', 'ory_session_é', `${name}\u00a0`, `"${name}"`],
  ...['', 'a', '$Version', '__proto__', 'csrf_token_f6537', `a ${name}`],
)
const values = fc.oneof(
  fc.constantFrom('MTc5', 'MTc5==', '=', '==', '"MTc5"', '"', '""', '"a', 'a"', '"a"b', 'a,b'),
  fc.constantFrom(
    '',
    'a b',
    'a\\b',
    'a%3D',
    'é',
    '\u00a0a',
    'a\u00a0',
    '\u0000',
    '\u007f',
    '\r\na',
  ),
  fc.constantFrom(
    ...[-1, 0, 1].map((more) => 'a'.repeat(maxCookieLength - name.length - 1 + more)),
  ),
  fc.string({ unit: fc.constantFrom('a', '=', '"', ' ', '\t', ',', '\\', '!', '~'), maxLength: 6 }),
)
const blanks = fc.constantFrom('', '', '', ' ', '\t', ' \t ')
const pair = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(blanks, names, fc.constant('='), values, blanks) },
  { weight: 1, arbitrary: fc.tuple(blanks, names, blanks, fc.constant('='), blanks, values) },
  { weight: 1, arbitrary: fc.tuple(names) },
  { weight: 1, arbitrary: fc.tuple(values, blanks) },
)
const separator = fc.constantFrom('; ', '; ', ';', ' ; ', ';;', ';\t', '; ; ', ',')
const header = fc
  .array(fc.tuple(pair, separator), { maxLength: 6 })
  .map((pieces) => pieces.flat(2).join(''))

const readsAsTheSlowOne = (reader: Read) =>
  fc.property(header, (text) => {
    expect(reader(text, isOurs)).toBe(readSlowly(text, isOursSlowly))
  })

describe('the reader of cookies', () => {
  it('reads every header as the slow one does', async () => {
    await expectHolds(readsAsTheSlowOne(read), 1_500)
  })

  it.each<[string, Read]>([
    ['trims every kind of blank', (text, isOne) => read(text.replace(/\u00a0/g, ' '), isOne)],
    ['takes quotes off', (text, isOne) => read(text, isOne)?.replaceAll('"', '')],
    ['decodes', (text, isOne) => read(text, isOne)?.replaceAll('%3D', '=')],
    ['takes padding off', (text, isOne) => read(text, isOne)?.replace(/=+$/, '')],
    ['takes the first cookie alone', (text, isOne) => read(text, isOne)?.split('; ')[0]],
    ['takes the last cookie alone', (text, isOne) => read(text, isOne)?.split('; ').at(-1)],
    ['knows no case', (text, isOne) => read(text, (one) => isOne(one.toLowerCase()))],
    ['takes a comma for a semicolon', (text, isOne) => read(text.replaceAll(',', ';'), isOne)],
    [
      'needs a blank behind the semicolon',
      (text, isOne) => read(text.replace(/;(?! )/g, ''), isOne),
    ],
    ['takes the name anywhere', (text, isOne) => read(text.replace(/\w+(?=ory_)/g, ''), isOne)],
    [
      'has an empty value for a cookie',
      (text, isOne) => read(text.replace(/=(?=;|$)/g, '=0'), isOne),
    ],
    [
      'gives up at the first bad one',
      (text, isOne) => (text.includes('\\') ? 'invalid' : read(text, isOne)),
    ],
    ['forgets the limit', (text, isOne) => read(text.replace(/a{99,}/g, 'aa'), isOne)],
    [
      'has one character more',
      (text, isOne) =>
        read(
          text.replace(/a{99,}/g, (run) => run.slice(1)),
          isOne,
        ),
    ],
    ['turns the order round', (text, isOne) => read(text, isOne)?.split('; ').reverse().join('; ')],
  ])('can be distinguished from one that %s', async (_title, broken) => {
    await expectRefuted(readsAsTheSlowOne(broken))
  })
})

describe('the time that reading takes', () => {
  const runs = [
    ...[';', '=', ' ', '\t', '"', '; ', ';=', '=;', 'a=b;', 'a=b; ', 'a', ' ;', '\t=', `${name};`],
    ...[`${name}=a;`, `${name}=a; `, `${name}= ;`, `${name}="a b";`, `${name}=;`, 'ory_session_a'],
  ]
  it.each(runs)('grows with the length of %j alone', (run) => {
    expect(growthOf((text) => read(text, isOurs), run)).toBeLessThan(mostGrowth)
    const behindTheName = (text: string) => read(`${name}=${text}`, isOurs)
    expect(growthOf(behindTheName, run)).toBeLessThan(mostGrowth)
  })

  it('would be seen to grow with its square', () => {
    // What looks for the next `=` once per pair does.
    const lookAhead = (text: string) => {
      const found: number[] = []
      for (let at = 0; at !== -1; at = text.indexOf(';', at + 1)) found.push(text.indexOf('=', at))
      return found
    }
    expect(growthOf(lookAhead, ';')).toBeGreaterThan(mostGrowth)
  })
})
