import { describe, expect, it } from '@jest/globals'
import { createNameMatcher, isCookieName } from '../../../lib/credential/cookie-name.js'

describe('isCookieName', () => {
  it.each(['ory_kratos_session', 'a', '__Host-s', "!#$%&'*+-.^_`|~", '__proto__'])(
    'takes the token %s',
    (name) => {
      expect(isCookieName(name)).toBe(true)
    },
  )
  it.each(['', ' ', 'a b', 'a=b', 'a;b', 'a,b', '"a"', 'a\n', 'é', 'a\u0000', '(a)', 'a/b', '[a]'])(
    'refuses %j',
    (name) => {
      expect(isCookieName(name)).toBe(false)
    },
  )
})

describe('createNameMatcher', () => {
  it.each<[string, (string | RegExp)[], string, boolean]>([
    ['a name', ['a', 'b'], 'b', true],
    ['a name of another case', ['a'], 'A', false],
    ['a longer name', ['a'], 'ab', false],
    ['no name', ['a'], '', false],
    ['a member of every object', ['a'], 'constructor', false],
    ['a pattern', [/^ory_/], 'ory_x', true],
    ['the second pattern', [/^x$/, /^y$/], 'y', true],
    ['a name beside a pattern', ['a', /^x$/], 'a', true],
    ['nothing of a pattern', [/^ory_/], 'x_ory_', false],
    ['a pattern that ignores case', [/^ORY$/i], 'ory', true],
    ['what is no cookie name, though a pattern takes it', [/^/], 'a b', false],
    ['nothing, though a pattern takes it', [/^/], '', false],
    ['a name as long as a pattern is asked about', [/^a+$/], 'a'.repeat(256), true],
    ['a name that is longer', [/^a+$/], 'a'.repeat(257), false],
  ])('says rightly of %s', (_title, matchers, name, expected) => {
    expect(createNameMatcher(matchers)(name)).toBe(expected)
  })

  it.each(['g', 'y', 'gy', 'giy'])('remembers nothing between names with the flags %s', (flags) => {
    const pattern = new RegExp('^ory_[a-z]+', flags)
    const matches = createNameMatcher([pattern])
    expect(Array.from({ length: 4 }, () => matches('ory_session'))).toEqual(Array(4).fill(true))
    expect(pattern.lastIndex).toBe(0)
  })

  it('is not changed by what is done to a pattern afterwards', () => {
    const pattern = /^a$/y
    const matches = createNameMatcher([pattern])
    pattern.lastIndex = 7
    expect(matches('a')).toBe(true)
  })
})
