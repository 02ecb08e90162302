import { describe, expect, it } from '@jest/globals'
import { createNameMatcher, firstCode, isCookieName } from '../../../lib/credential/cookie-name.js'

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
    ['the cookie that counts redirects, which is no session', [/^ory-/], 'ory-login-bounce', false],
    ['a cookie beside it', [/^ory-/], 'ory-login', true],
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

describe('firstCode', () => {
  it.each<[string, (string | RegExp)[], string | undefined]>([
    ['that of a name', ['ory_kratos_session'], 'o'],
    ['that of a name and a pattern', ['ory_kratos_session', /^ory_session_[A-Za-z0-9]+$/], 'o'],
    ['that of a pattern with the flag u', [/^ory/u], 'o'],
    ['that of a pattern that repeats it', [/^o+ry/], 'o'],
    ['none of names that begin otherwise', ['ory_kratos_session', 'session'], undefined],
    ['none of names in another case', ['ory', 'Ory'], undefined],
    ['none of a pattern that begins anywhere', [/ory/], undefined],
    ['none of a pattern that ignores case', [/^ory/i], undefined],
    ['none of a pattern that begins at a line', [/^ory/m], undefined],
    ['none of a pattern with a choice', [/^ory|session/], undefined],
    ['none of a pattern that may do without it', [/^o?ry/], undefined],
    ['none of a pattern that may do without any', [/^o*ry/], undefined],
    ['none of a pattern that counts', [/^o{0,1}ry/], undefined],
    ['none of a pattern that begins with a class', [/^[op]ry/], undefined],
    ['none of a pattern that begins with an escape', [/^\wry/], undefined],
    ['none of a pattern that begins with any', [/^.ry/], undefined],
    ['none of a pattern that begins with a group', [/^(?:ory)?session/], undefined],
    ['none of a pattern that begins with one in a group', [/(?:^o)?ry/], undefined],
    ['none of a pattern that begins with all letters but one', [/[^o]ry/], undefined],
    ['none of nothing', [], undefined],
  ])('is %s', (_title, matchers, letter) => {
    expect(firstCode(matchers)).toBe(letter?.charCodeAt(0))
  })
})
