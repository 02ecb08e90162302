import { describe, expect, it } from '@jest/globals'
import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  createCookieNameMatcher,
  firstCode,
  isCookieName,
} from '../../../lib/credential/cookie-name-matcher.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapAfterCollection(): number {
  collectGarbage()
  return memoryUsage().heapUsed
}

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

describe('createCookieNameMatcher', () => {
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
    ['a cookie that counts redirects, which is no session', [/^ory-/], 'ory-login-bounce-a', false],
    ['a cookie beside it', [/^ory-/], 'ory-login', true],
  ])('says rightly of %s', (_title, matchers, name, expected) => {
    expect(createCookieNameMatcher(matchers)(name)).toBe(expected)
  })

  it.each(['g', 'y', 'gy', 'giy'])('remembers nothing between names with the flags %s', (flags) => {
    const pattern = new RegExp('^ory_[a-z]+', flags)
    const matches = createCookieNameMatcher([pattern])
    expect(Array.from({ length: 4 }, () => matches('ory_session'))).toEqual(Array(4).fill(true))
    expect(pattern.lastIndex).toBe(0)
  })

  it('is not changed by what is done to a pattern afterwards', () => {
    const pattern = /^a$/y
    const matches = createCookieNameMatcher([pattern])
    pattern.lastIndex = 7
    expect(matches('a')).toBe(true)
  })
})

describe('the name that matched last', () => {
  it('does not decide for another', () => {
    const matches = createCookieNameMatcher(['b', /^ory_[a-z]+$/])
    const names = ['ory_a', 'ory_a', 'ory_b', 'ory_ab', 'ory_', 'x', '', 'ory_a', 'b', 'c', 'ory_b']
    expect(names.map((name) => matches(name))).toEqual(
      names.map((name) => name === 'b' || /^ory_[a-z]+$/.test(name)),
    )
  })

  it('keeps nothing of the header that it stood in', () => {
    const matchers = Array.from({ length: 40 }, () => createCookieNameMatcher([/^ory_[a-z_]+$/]))
    const before = heapAfterCollection()
    for (const matches of matchers) {
      // As Node's parser makes a header; what is cut out of it is a view of the whole.
      const header = Buffer.from(`ory_session_playground=${'x'.repeat(500_000)}`).toString('latin1')
      expect(matches(header.slice(0, 22))).toBe(true)
    }
    // RegExp keeps the last text that it matched.
    ;/y/.exec('y')
    expect(heapAfterCollection() - before).toBeLessThan(5_000_000)
    expect(matchers.every((matches) => matches('ory_session_playground'))).toBe(true)
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
