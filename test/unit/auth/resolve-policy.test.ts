import { describe, expect, it } from '@jest/globals'
import { runInNewContext } from 'node:vm'
import { resolvePolicy } from '../../../lib/auth/resolve-policy.js'
import { methodBits } from '../../../lib/session/method-bits.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import { createExchange } from '../support/exchange.js'

const settings = resolveOptions({
  url: 'https://ory.example/api',
  appUrl: 'https://app.example',
})
const bare = Object.assign(Object.create(null) as object, { aal: 'aal2' })
const resolve = (policy?: unknown, isOptional = false) =>
  resolvePolicy(policy as never, settings, isOptional)

describe('resolvePolicy', () => {
  it('asks for nothing by default', () => {
    for (const policy of [
      undefined,
      {},
      { aal: undefined, allow: undefined, authMethods: undefined },
    ]) {
      expect(resolve(policy)).toMatchObject({
        minimumRank: -1,
        maxAgeMs: Infinity,
        methods: 0,
        isVerifiedRequired: false,
        isFresh: false,
        allow: undefined,
        isRedirecting: false,
        isAnonymousWhenUnavailable: false,
      })
    }
  })

  it('takes what is asked', () => {
    const allow = () => true
    const policy = {
      aal: 'aal2',
      maxAgeMs: 0,
      authMethods: ['totp'],
      verifiedAddress: true,
      fresh: true,
      allow,
      redirectToLogin: true,
    }
    expect(resolve(policy)).toMatchObject({
      minimumRank: 2,
      maxAgeMs: 0,
      methods: methodBits(['totp']),
      methodNames: new Set(['totp']),
      isVerifiedRequired: true,
      isFresh: true,
      allow,
      isRedirecting: true,
    })
    expect(resolve({ onUnavailable: 'anonymous' }, true).isAnonymousWhenUnavailable).toBe(true)
    expect(resolve({ onUnavailable: 'deny' }, true).isAnonymousWhenUnavailable).toBe(false)
  })

  const notBooleans = [null, 0, 1, 'true', {}, []]
  const wrong: Record<string, unknown[]> = {
    aal: [null, 0, 2, '', 'aal0', 'aal4', 'AAL2', ['aal2'], true],
    maxAgeMs: [null, NaN, -1, -0.5, Infinity, -Infinity, '1000', true, {}, 2 ** 53],
    // eslint-disable-next-line no-sparse-arrays -- a hole is no name
    authMethods: [null, '', 'totp', {}, [], [''], [1], [null], [, 'totp'], new Set(['totp'])],
    verifiedAddress: notBooleans,
    fresh: notBooleans,
    redirectToLogin: notBooleans,
    allow: [null, true, 'yes', {}, []],
    onUnavailable: [null, '', 'throw', true, {}],
  }
  const rows = Object.entries(wrong).flatMap(([key, values]) =>
    values.map((value) => [key, value] as const),
  )
  it.each(rows)('takes no %s of %p', (key, value) => {
    expect(() => resolve({ [key]: value }, true)).toThrow(TypeError)
    expect(() => resolve({ [key]: value }, true)).toThrow(
      new RegExp(`^policy\\.${key} must be .*; got `),
    )
  })

  it.each([
    [2, "did you mean 'aal2'?"],
    ['3', "did you mean 'aal3'?"],
    ['AAL2', "did you mean 'aal2'?"],
    [7, 'got 7 (docs'],
  ])('knows which level %p means', (aal, message) => {
    expect(() => resolve({ aal })).toThrow(message)
  })

  it.each([null, true, 'aal2', 0, [], () => true])('takes no policy that is %p', (policy) => {
    expect(() => resolve(policy)).toThrow(/^policy must be a plain object; got /)
  })

  it.each<[string, object]>([
    [
      'of a class',
      new (class {
        aal = 'aal2'
        allow() {
          return false
        }
      })(),
    ],
    [
      'of a class that extends nothing',
      new (class extends null {
        constructor() {
          return Object.create(new.target.prototype) as never
        }
        allow() {
          return false
        }
      })(),
    ],
    ['that inherits', Object.create({ aal: 'aal2' }) as object],
    ['that inherits from what inherits nothing', Object.create(bare) as object],
  ])('takes no policy %s, whose members it would not see', (_title, policy) => {
    expect(() => resolve(policy)).toThrow(/^policy must be a plain object; got an object/)
  })

  it.each<[string, object]>([
    ['of another realm', runInNewContext(`({ aal: 'aal2' })`) as object],
    ['without a prototype', bare],
    ['with a member that is not enumerable', Object.defineProperty({}, 'aal', { value: 'aal2' })],
    [
      'with a getter',
      {
        get aal() {
          return 'aal2'
        },
      },
    ],
  ])('takes a policy %s', (_title, policy) => {
    expect(resolve(policy).minimumRank).toBe(2)
  })

  it('takes nothing from Object.prototype', () => {
    const polluted = { allow: () => true, redirectToLogin: true, onUnavailable: 'anonymous' }
    Object.assign(Object.prototype, polluted)
    try {
      expect(resolve({}, true)).toMatchObject({
        allow: undefined,
        isRedirecting: false,
        isAnonymousWhenUnavailable: false,
      })
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('says of a request that the call was forgotten', () => {
    const { request } = createExchange()
    expect(() => resolve(request)).toThrow(
      expect.objectContaining({
        code: 'ERR_ORY_CALL_MISSING',
        message:
          'policy must be a plain object; got a request: is a call missing, as in app.use(ory.requireSession())? (docs/errors.md#err_ory_call_missing)',
      }),
    )
  })

  it.each(['AAL', 'maxAge', '__proto__x', 'constructor', 'toString'])(
    'knows no key %s, and says which it knows',
    (key) => {
      expect(() => resolve({ [key]: true })).toThrow(TypeError)
      expect(() => resolve({ [key]: true })).toThrow(`"${key}"`)
      expect(() => resolve({ [key]: true })).toThrow(/maxAgeMs|did you mean aal/)
    },
  )

  it.each(['GET', 'post', 'Delete'])(
    'says of the HTTP method %s that it is none of Ory',
    (verb) => {
      expect(() => resolve({ authMethods: ['totp', verb] })).toThrow(
        `policy.authMethods must be a list of Ory's authentication methods, such as 'totp'; got '${verb}'; mount the middleware with app.${verb.toLowerCase()}()`,
      )
    },
  )

  it.each<[string, unknown]>([
    ['async function', async () => true],
    [
      'generator function',
      function* () {
        yield true
      },
    ],
    [
      'async generator function',

      async function* () {
        yield true
      },
    ],
  ])('takes no %s for allow, which never answers at once', (_title, allow) => {
    expect(() => resolve({ allow })).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_ORY_ASYNC_ALLOW' }),
    )
  })

  it('knows onUnavailable for an optional session alone', () => {
    expect(() => resolve({ onUnavailable: 'anonymous' })).toThrow(
      'policy has no "onUnavailable"; optionalSession alone takes it',
    )
  })

  it('needs appUrl for a redirect', () => {
    const without = resolveOptions({ url: 'https://ory.example' })
    expect(() => resolvePolicy({ redirectToLogin: true }, without)).toThrow(TypeError)
    expect(() => resolvePolicy({ redirectToLogin: true }, without)).toThrow(/redirect.*appUrl/)
    expect(resolvePolicy({ redirectToLogin: false }, without).isRedirecting).toBe(false)
  })

  it('neither keeps nor changes what it was given', () => {
    const methods = ['totp']
    const policy = { aal: 'aal1', authMethods: methods, verifiedAddress: false }
    Object.freeze(policy)
    const resolved = resolve(policy)
    methods.push('password')
    expect(resolved).toMatchObject({
      methods: methodBits(['totp']),
      methodNames: new Set(['totp']),
    })
  })

  it('works out every challenge once', () => {
    const insufficient = 'Bearer realm="ory", error="insufficient_user_authentication"'
    const login = 'https://ory.example/api/self-service/login/browser'
    const resolved = resolve({ aal: 'aal1', maxAgeMs: 90_500 })
    expect(resolved.extras()).toEqual({
      session_aal2_required: {
        challenge: `${insufficient}, acr_values="aal1"`,
        requiredAal: 'aal1',
        redirectBrowserTo: `${login}?aal=aal1`,
      },
      session_refresh_required: {
        challenge: `${insufficient}, acr_values="aal1", max_age="90"`,
        requiredAal: 'aal1',
        redirectBrowserTo: `${login}?refresh=true&aal=aal1`,
      },
    })
    expect(resolved.extras()).toBe(resolved.extras())
    // Ory refuses below its own level, whatever the route asks for.
    expect(resolved.oryAalDenial()).toMatchObject({
      requiredAal: 'aal2',
      redirectBrowserTo: `${login}?aal=aal2`,
    })
    expect(resolved.oryAalDenial()).toBe(resolved.oryAalDenial())
    expect(resolve({ maxAgeMs: 90_500 }).extras().session_refresh_required).toEqual({
      challenge: `${insufficient}, max_age="90"`,
      redirectBrowserTo: `${login}?refresh=true`,
    })
    expect(resolve({ aal: 'aal3' }).oryAalDenial().requiredAal).toBe('aal3')
    expect(resolve().oryAalDenial().requiredAal).toBe('aal2')
  })
})
