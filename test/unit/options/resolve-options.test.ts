import { describe, expect, it } from '@jest/globals'
import { MockAgent } from 'undici'
import { z } from 'zod'
import { readClock, systemClock } from '../../../lib/shared/clock.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import { defaults } from '../../../lib/options/defaults.js'
import { createFakeClock } from '../support/fake-clock.js'
import { secret } from '../support/session-body.js'

const url = 'https://ory.example'
const resolve = (options: unknown = {}, fallback?: string) =>
  resolveOptions(options as never, () => fallback)

describe('resolveOptions', () => {
  it('takes no options of a class, whose members it would not see', () => {
    class Config {
      url = url
      onDenied(): void {}
    }
    expect(() => resolve(new Config())).toThrow(/^options must be a plain object; got an object/)
  })

  it('takes nothing from Object.prototype', () => {
    const polluted = {
      url: 'https://attacker.example',
      crossSite: 'allow',
      onDenied: () => undefined,
    }
    Object.assign(Object.prototype, polluted)
    try {
      const settings = resolve({}, url)
      expect(settings).toMatchObject({ isCrossSiteAllowed: false, onDenied: undefined })
      expect(settings.url.href).toBe(`${url}/`)
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('has the documented defaults', () => {
    const settings = resolve({ url })
    expect(settings).toMatchObject({
      tokenPrefix: 'ory_st_',
      sources: ['x-session-token', 'bearer', 'cookie'],
      property: 'session',
      cacheTtlMs: 10_000,
      cacheMaxSessions: 10_000,
      cacheMaxBytes: 32 * 1024 * 1024,
      refusalTtlMs: 2_000,
      refreshAhead: 0.8,
      staleIfErrorMs: 0,
      timeoutMs: 2_000,
      connections: 50,
      readinessPath: '/health/ready',
      publicOrigin: undefined,
      dispatcher: undefined,
      upstreamHeaders: {},
      isCrossSiteAllowed: false,
      isForwardingSetCookie: true,
      cacheControl: 'private, no-store',
      realm: 'ory',
      traitsSchema: undefined,
      onDenied: undefined,
      clock: systemClock,
    })
    expect(settings.trustedOrigins.size).toBe(0)
    expect(String(settings.url)).toBe(`${url}/`)
    expect(settings.browserUrl).toEqual(settings.url)
    const names = [
      'ory_kratos_session',
      'ory_session_playground',
      'ory_session_',
      'other',
      'ory_session_a-b',
    ]
    expect(names.map((name) => settings.isSessionCookie(name))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('takes undefined for the default', () => {
    const given = Object.fromEntries(Object.keys(resolve({ url })).map((key) => [key, undefined]))
    const known = {
      cacheTtlMs: undefined,
      url,
      upstreamHeaders: undefined,
      onDenied: undefined,
      appUrl: undefined,
    }
    expect(given).toHaveProperty('cacheTtlMs')
    expect({ ...resolve(known), isSessionCookie: 0 }).toEqual({
      ...resolve({ url }),
      isSessionCookie: 0,
    })
  })

  it.each<[string, unknown, Record<string, unknown>]>([
    ['tokenPrefix', '', { tokenPrefix: '' }],
    ['tokenPrefix', 'my-app_', { tokenPrefix: 'my-app_' }],
    ['sources', ['cookie'], { sources: ['cookie'] }],
    ['property', 'ory', { property: 'ory' }],
    ['property', '$session1', { property: '$session1' }],
    ['cacheTtlMs', 0, { cacheTtlMs: 0 }],
    ['cacheTtlMs', 0.5, { cacheTtlMs: 0.5 }],
    ['cacheMaxSessions', 1, { cacheMaxSessions: 1 }],
    ['cacheMaxSessions', 2 ** 23, { cacheMaxSessions: 2 ** 23 }],
    ['cacheMaxBytes', 1, { cacheMaxBytes: 1 }],
    ['refusalTtlMs', 0, { refusalTtlMs: 0 }],
    ['refreshAhead', false, { refreshAhead: false }],
    ['refreshAhead', 0.01, { refreshAhead: 0.01 }],
    ['staleIfErrorMs', 60_000, { staleIfErrorMs: 60_000 }],
    ['timeoutMs', 1, { timeoutMs: 1 }],
    ['connections', 1, { connections: 1 }],
    ['readinessPath', false, { readinessPath: false }],
    ['readinessPath', '/health/alive', { readinessPath: '/health/alive' }],
    ['upstreamHeaders', { 'x-tenant': 'a' }, { upstreamHeaders: { 'x-tenant': 'a' } }],
    [
      'trustedOrigins',
      ['https://a.example', 'http://b.example:8080/'],
      { trustedOrigins: new Set(['https://a.example', 'http://b.example:8080']) },
    ],
    [
      'trustedOrigins',
      [
        'capacitor://localhost',
        'chrome-extension://abcdef',
        'Ionic://LOCALHOST/',
        'HTTPS://A.example',
      ],
      {
        trustedOrigins: new Set([
          'capacitor://localhost',
          'chrome-extension://abcdef',
          'ionic://localhost',
          'https://a.example',
        ]),
      },
    ],
    ['crossSite', 'allow', { isCrossSiteAllowed: true }],
    ['crossSite', 'refuse', { isCrossSiteAllowed: false }],
    ['forwardSetCookie', false, { isForwardingSetCookie: false }],
    ['cacheControl', false, { cacheControl: false }],
    ['cacheControl', 'no-store', { cacheControl: 'no-store' }],
    ['realm', 'my "app"', { realm: 'my "app"' }],
    ['appUrl', 'https://app.example/', { publicOrigin: 'https://app.example' }],
    [
      'appUrl',
      'https://app.example/shop/',
      { publicOrigin: 'https://app.example', appUrl: new URL('https://app.example/shop') },
    ],
    ['appUrl', 'http://localhost:3000', { publicOrigin: 'http://localhost:3000' }],
  ])('takes %s of %p', (key, value, expected) => {
    expect(resolve({ url, [key]: value })).toMatchObject(expected)
  })

  it('takes objects as they are', () => {
    const given = {
      dispatcher: new MockAgent(),
      traitsSchema: z.object({}),
      onDenied: () => undefined,
    }
    expect(resolve({ url, ...given })).toMatchObject(given)
    const callable = Object.assign(() => undefined, { '~standard': z.object({})['~standard'] })
    expect(resolve({ url, traitsSchema: callable }).traitsSchema).toBe(callable)
  })

  it('reads the given clock, both halves of it as they stand', () => {
    const given = createFakeClock()
    const { clock } = resolve({ url, clock: given })
    given.shiftWall(5)
    given.shiftMonotonic(7)
    expect(readClock(clock)).toEqual(readClock(given))
  })

  it.each<[unknown, string[], string[]]>([
    ['ory', ['ory'], ['Ory', 'ory2']],
    [/^ory_/, ['ory_', 'ory_a'], ['a', 'ory']],
    [
      ['a', /^b/],
      ['a', 'b', 'bc'],
      ['ab', 'c'],
    ],
  ])('matches cookies by %p', (cookieName, yes, no) => {
    const { isSessionCookie } = resolve({ url, cookieName })
    expect(yes.filter(isSessionCookie)).toEqual(yes)
    expect(no.filter(isSessionCookie)).toEqual([])
  })
})

describe('the URL of Ory', () => {
  it.each<[string, string]>([
    ['https://ory.example', 'https://ory.example/'],
    ['https://ory.example/', 'https://ory.example/'],
    ['https://ory.example/kratos/', 'https://ory.example/kratos'],
    ['https://ory.example/a/b//', 'https://ory.example/a/b'],
    ['http://127.0.0.1:4433', 'http://127.0.0.1:4433/'],
    ['http://[::1]:4433/x', 'http://[::1]:4433/x'],
  ])('may be %s', (given, expected) => {
    expect(String(resolve({ url: given }).url)).toBe(expected)
    expect(String(resolve({}, given).url)).toBe(expected)
    expect(String(resolve({ url, browserUrl: given }).browserUrl)).toBe(expected)
  })

  it('is read from the environment only where none is given', () => {
    const readUrl = (): never => {
      throw new Error('read')
    }
    expect(() => resolveOptions({ url }, readUrl)).not.toThrow()
    expect(() => resolveOptions({ url: undefined }, readUrl)).toThrow('read')
  })

  it('is the given one before that of the environment', () => {
    expect(resolve({ url }, 'https://other.example').url.host).toBe('ory.example')
  })

  it.each([[undefined], ['']])('says what to set where there is none but %p', (fallback) => {
    expect(() => resolve({}, fallback)).toThrow(TypeError)
    expect(() => resolve({}, fallback)).toThrow(/url.*ORY_SDK_URL/)
    expect(() => resolve(undefined, fallback)).toThrow(/url.*ORY_SDK_URL/)
  })

  it('does not come from the environment where the given one is no URL', () => {
    for (const wrong of [null, '', 0, false]) {
      expect(() => resolve({ url: wrong }, url)).toThrow(/^url /)
    }
  })

  it.each<[object, string]>([
    [{ sources: ['cookies'] }, "got a list with 'cookies'; did you mean 'cookie'?"],
    [{ sources: ['cookie', 'cookie'] }, "got a list with 'cookie'; it is there twice"],
    [{ cookieName: '' }, "got ''"],
    [{ cookieName: ['ory_kratos_session', 'a b'] }, "got a list with 'a b'"],
    [{ refreshAhead: 0 }, 'got 0; did you mean false?'],
    [{ cacheTtlMs: '10s' }, 'did you mean 10000? The unit is milliseconds'],
    [{ trustedOrigins: ['*'] }, "without a wildcard; got '*'; name each origin"],
  ])('shows what is wrong with %j, and the fix', (options, message) => {
    expect(() => resolve({ url, ...options })).toThrow(message)
  })

  it.each(['url', 'browserUrl', 'appUrl', 'trustedOrigins'])('repeats no password in %s', (key) => {
    for (const start of ['https://user:', 'https:user:', 'https:\\\\user:', 'ftp://user:']) {
      const wrong = `${start}${secret}@ory.example`
      const given = { url, [key]: key === 'trustedOrigins' ? [wrong] : wrong }
      expect(() => resolve(given)).toThrow(new RegExp(`^${key} must be `))
      expect(() => resolve(given)).not.toThrow(secret)
    }
    expect(() => resolve({ url, [key]: `https://ory.example/?key=${secret}` })).not.toThrow(secret)
  })
})

function codeOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return undefined
}

const never = [null, true, {}, [], Symbol('s'), () => 1]
const urls = [
  null,
  0,
  true,
  {},
  [],
  'ory',
  '//ory.example',
  'ftp://ory.example',
  'file:///etc',
  'javascript:1',
  'http://',
  'https://a b',
  'https://u@ory.example',
  'https://u:p@ory.example',
  'https://ory.example?a',
  'https://ory.example#a',
]
const numbers = [...never, '10', NaN, -1, -0.001, Infinity, -Infinity, 10n, new Number(1), 2 ** 53]
const wholes = [...numbers, 1.5, 0]
const booleans = [null, 0, 1, 'true', {}, []]
const longTimes = [...numbers, 2 ** 31]

/** What no option may be. */
const wrong: Record<string, unknown[]> = {
  url: urls,
  browserUrl: [...urls, ''],
  appUrl: [...urls, '', 'https://*.app.example'],
  cookieName: [
    null,
    true,
    1,
    {},
    [],
    '',
    'a b',
    'a=b',
    'a;b',
    [''],
    [null],
    [1],
    [['a']],
    ['a', undefined],
  ],
  tokenPrefix: [null, 1, true, {}, [], /ory/, 'a b', 'a=', 'é', '"', '\n'],
  sources: [
    null,
    'cookie',
    {},
    [],
    [null],
    [''],
    ['Cookie'],
    ['cookie', 'cookie'],
    ['jwt'],
    new Set(['cookie']),
  ],
  property: [
    null,
    1,
    true,
    {},
    [],
    '',
    '1a',
    'a-b',
    'a b',
    'é',
    ...[
      'headers',
      'url',
      'originalUrl',
      'body',
      'socket',
      'query',
      'params',
      'method',
      'on',
      'pipe',
      'constructor',
      '__proto__',
      '_events',
      'rawHeaders',
      'httpVersion',
    ],
  ],
  cacheTtlMs: longTimes,
  cacheMaxSessions: [...wholes, 2 ** 23 + 1],
  cacheMaxBytes: wholes,
  refusalTtlMs: longTimes,
  refreshAhead: [...numbers, 0, 1, 1.1],
  staleIfErrorMs: longTimes,
  timeoutMs: [...longTimes, 0, 0.5],
  storeTimeoutMs: [...numbers, 0, 0.5, 60_001],
  storePollMs: [...numbers, 0, 0.5, 60_001],
  connections: [...wholes, 65_536],
  readinessPath: [
    null,
    true,
    1,
    {},
    [],
    '',
    'health/ready',
    'https://ory.example/health',
    '/a?b',
    '/a#b',
    '/a b',
    '/é',
    '/a\n',
  ],
  dispatcher: [null, true, 'http://proxy', {}, [], { dispatch() {} }, { request() {} }, () => 1],
  upstreamHeaders: [
    null,
    true,
    'x: y',
    1,
    [],
    [['x', 'y']],
    new Map([['x', 'y']]),
    new Headers({ x: 'y' }),
  ],
  trustedOrigins: [
    null,
    true,
    'https://a.example',
    {},
    ['a.example'],
    ['*'],
    ['null'],
    [null],
    ['https://a.example/path'],
    ['https://*.a.example'],
    ['https://*.a.example/x'],
    ['capacitor://localhost/x'],
    ['capacitor://u:p@localhost'],
    ['capacitor://*'],
    ['file:///'],
    ['javascript:alert(1)'],
    ['data:text/html,x'],
    new Set(),
  ],
  crossSite: [null, true, false, '', 'Allow', 'deny', {}, []],
  forwardSetCookie: booleans,
  cacheControl: [null, true, 1, {}, [], '', 'a\nb', 'é', '\u0000'],
  realm: [null, true, 1, {}, [], '', 'a\nb', 'é', '\u0000'],
  traitsSchema: [null, true, 'zod', {}, [], { validate() {} }, { '~standard': {} }, () => 1],
  onDenied: [null, true, 'redirect', {}, []],
  clock: [
    null,
    true,
    Date,
    {},
    [],
    { now: () => 0 },
    { monotonic: () => 0 },
    { now: 0, monotonic: 0 },
  ],
}

describe('an option that is not what it has to be', () => {
  it('is known for every option that there is', () => {
    const known = Object.keys(wrong)
    const given = Object.fromEntries(known.map((key) => [key, undefined]))
    expect(() => resolve({ ...given, url })).not.toThrow()
    for (const key of Object.keys(defaults)) expect(known).toContain(key)
  })

  const rows = Object.entries(wrong).flatMap(([key, values]) =>
    values.map((value) => [key, value] as const),
  )
  it.each(rows)('is a TypeError for %s of %p', (key, value) => {
    const options = { url, [key]: value }
    expect(() => resolve(options)).toThrow(TypeError)
    expect(() => resolve(options)).toThrow(new RegExp(`^${key}[ .].*must .*; got .`, 's'))
    expect(codeOf(() => resolve(options))).toBe('ERR_ORY_INVALID_OPTION')
  })

  it.each([null, true, 'https://ory.example', 0, [], [{ url }], () => ({ url })])(
    'is a TypeError for all of them as %p',
    (options) => {
      expect(() => resolve(options, url)).toThrow(TypeError)
      expect(() => resolve(options, url)).toThrow(/^options must be a plain object; got /)
    },
  )

  it.each(['URL', 'ttl', 'cacheTTL', 'constructor', 'toString', 'isSessionCookie', ' url'])(
    'is a TypeError for the unknown %j',
    (key) => {
      expect(() => resolve({ url, [key]: undefined })).toThrow(TypeError)
      expect(() => resolve({ url, [key]: 1 })).toThrow(`"${key}"`)
      expect(codeOf(() => resolve({ url, [key]: 1 }))).toBe('ERR_ORY_UNKNOWN_OPTION')
    },
  )

  it.each([
    ['cacheTTL', 'cacheTtlMs'],
    ['ttl', 'cacheTtlMs'],
    ['timeout', 'timeoutMs'],
    ['cacheMax', 'cacheMaxSessions'],
    ['readiness', 'readinessPath'],
    ['headers', 'upstreamHeaders'],
    ['traits', 'traitsSchema'],
    ['cookiename', 'cookieName'],
    ['trustedOrigin', 'trustedOrigins'],
  ])('suggests the option that %s most likely stands for', (key, meant) => {
    expect(() => resolve({ url, [key]: 1 })).toThrow(
      `options has no "${key}"; did you mean ${meant}? (docs/errors.md#err_ory_unknown_option)`,
    )
  })

  it('names the page of all options where nothing is alike', () => {
    expect(() => resolve({ url, database: 1 })).toThrow(
      'options has no "database"; docs/options.md lists what there is (docs/errors.md#err_ory_unknown_option)',
    )
  })

  it.each<[string, unknown, string]>([
    ['cacheTtlMs', '5000', 'did you mean 5000, without quotes?'],
    ['connections', Infinity, 'did you mean 65535?'],
    ['forwardSetCookie', 'false', 'did you mean false, without quotes?'],
    ['crossSite', 'Allow', "did you mean 'allow'?"],
    ['url', 'ory.example', 'did you mean https://ory.example?'],
    ['url', 'localhost:4433', 'did you mean http://localhost:4433?'],
    ['browserUrl', '127.0.0.1:4433/kratos', 'did you mean http://127.0.0.1:4433/kratos?'],
    ['trustedOrigins', ['https://a.example/x'], 'did you mean https://a.example?'],
  ])('names the likeliest fix for %s of %j', (key, value, fix) => {
    expect(() => resolve({ url, [key]: value })).toThrow(fix)
  })

  it.each<[string, unknown]>([
    ['cacheTtlMs', 'soon'],
    ['cacheTtlMs', '-1'],
    ['cacheTtlMs', ' '],
    ['forwardSetCookie', 'yes'],
    ['crossSite', 'everything'],
    ['url', 'ory'],
  ])('guesses no fix for %s of %j', (key, value) => {
    expect(() => resolve({ url, [key]: value })).not.toThrow('did you mean')
  })

  it('is a TypeError for a hole in a list', () => {
    // eslint-disable-next-line no-sparse-arrays -- that is the point
    const holes = { sources: [, 'cookie'], cookieName: [, 'a'], trustedOrigins: [, url] }
    for (const [key, value] of Object.entries(holes)) {
      expect(() => resolve({ url, [key]: value })).toThrow(new RegExp(`^${key} must be `))
    }
  })

  it.each([
    ...[
      'cookie',
      'Cookie',
      'X-Session-Token',
      'authorization',
      'accept',
      'Accept-Encoding',
      'cache-control',
    ],
    ...['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'upgrade'],
    ...['', 'a b', 'é', 'a:', 'a\n'],
  ])('is a TypeError for the header %j', (name) => {
    expect(() => resolve({ url, upstreamHeaders: { [name]: secret } })).toThrow(TypeError)
    expect(() => resolve({ url, upstreamHeaders: { [name]: secret } })).toThrow(/^upstreamHeaders/)
    expect(() => resolve({ url, upstreamHeaders: { [name]: secret } })).not.toThrow(secret)
  })

  it.each([
    null,
    undefined,
    1,
    true,
    {},
    [],
    `${secret}\n`,
    `${secret}\r\nCookie: a`,
    `${secret}\u0000`,
    `${secret}€`,
  ])('is a TypeError for a header with %j, which may be secret', (value) => {
    expect(() => resolve({ url, upstreamHeaders: { 'x-key': value } })).toThrow(TypeError)
    expect(() => resolve({ url, upstreamHeaders: { 'x-key': value } })).toThrow(
      /^upstreamHeaders\.x-key must /,
    )
    expect(() => resolve({ url, upstreamHeaders: { 'x-key': value } })).not.toThrow(secret)
  })

  it('is a TypeError where one contradicts another', () => {
    expect(() => resolve({ url, cacheTtlMs: 0, staleIfErrorMs: 1 })).toThrow(TypeError)
    const conflict = () => resolve({ url, cacheTtlMs: 0, staleIfErrorMs: 1 })
    expect(conflict).toThrow(/staleIfErrorMs.*cacheTtlMs/)
    expect(codeOf(conflict)).toBe('ERR_ORY_OPTION_CONFLICT')
    expect(resolve({ url, cacheTtlMs: 0, staleIfErrorMs: 0 })).toMatchObject({ cacheTtlMs: 0 })
  })
})

describe('the caller’s object', () => {
  const options = () => ({
    url,
    cookieName: ['a', /^b/g],
    sources: ['cookie', 'bearer'],
    upstreamHeaders: { 'x-a': '1' } as Record<string, string>,
    trustedOrigins: ['https://a.example'],
  })

  it('is not changed', () => {
    const given = options()
    Object.values(given).forEach((value) => Object.freeze(value))
    resolve(Object.freeze(given))
    expect(given).toEqual(options())
  })

  it('is not kept', () => {
    const given = options()
    const settings = resolve(given)
    given.cookieName.push('c')
    given.sources.push('x-session-token')
    given.upstreamHeaders['x-b'] = '2'
    given.trustedOrigins.push('https://b.example')
    Object.assign(given, { cacheTtlMs: 1, url: 'https://other.example' })
    expect(settings).toMatchObject({
      sources: ['cookie', 'bearer'],
      upstreamHeaders: { 'x-a': '1' },
      cacheTtlMs: 10_000,
    })
    expect(settings.upstreamHeaders).not.toHaveProperty('x-b')
    expect([...settings.trustedOrigins]).toEqual(['https://a.example'])
    expect(settings.isSessionCookie('c')).toBe(false)
    expect(settings.url.host).toBe('ory.example')
  })
})
