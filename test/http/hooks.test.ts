import { describe, expect, it } from '@jest/globals'
import { isSessionError, sendDenial } from '../../lib/index.js'
import type { OptionalSessionPolicy, OrySessionOptions, StandardSchema } from '../../lib/index.js'
import { expectDenial, sessionMissing } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()
const boom = new Error('the hook is broken')
const fail = (): never => {
  throw boom
}

function schema(validate: StandardSchema['~standard']['validate']): StandardSchema<never> {
  return { '~standard': { version: 1, vendor: 'test', validate } } as StandardSchema<never>
}

interface Broken {
  readonly hook: string
  readonly options?: OrySessionOptions
  readonly policy?: OptionalSessionPolicy
  readonly isSignedIn: boolean
}

const broken: readonly Broken[] = [
  { hook: 'onDenied throws', options: { onDenied: fail }, isSignedIn: false },
  {
    hook: 'onDenied rejects',
    options: { onDenied: (): unknown => Promise.reject(boom) },
    isSignedIn: false,
  },
  {
    hook: 'onDenied throws after a call of Ory',
    options: { onDenied: fail },
    policy: { aal: 'aal2' },
    isSignedIn: true,
  },
  { hook: 'allow throws', policy: { allow: fail }, isSignedIn: true },
  { hook: 'the schema throws', options: { traitsSchema: schema(fail) }, isSignedIn: true },
  {
    hook: 'the schema rejects',
    options: { traitsSchema: schema(async () => fail()) },
    isSignedIn: true,
  },
]

describe.each(frameworks)('hooks under $name', (framework) => {
  it.each(broken)('hand to next what is thrown: $hook', async (row) => {
    const { options = {}, policy = {}, isSignedIn } = row
    const { fake, site, get } = await world.start({ framework, options, policy })

    const reply = await get(isSignedIn ? byToken(fake.signIn()) : {})

    expect(reply.status).toBe(500)
    expect(reply.text).toBe('taken by the application')
    expect(site.errors).toEqual([boom])
    expect(site.errors[0]).toBe(boom)
    expect(site.visits[0]!.nexts).toHaveLength(1)
    expect(site.handled).toBe(0)
  })

  it('hand to next what allow throws on a hit of the cache too', async () => {
    let isBroken = false
    const { fake, site, get } = await world.start({
      framework,
      policy: { allow: () => !isBroken || fail() },
    })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    isBroken = true

    await get(headers).expect(500)

    expect(site.errors).toEqual([boom])
    expect(fake.calls.whoami).toBe(1)
  })

  it.each([
    ['resolves', () => Promise.resolve(true)],
    ['rejects', () => Promise.reject(boom)],
  ])('do not take a promise for a yes, whether it %s', async (_name, allow) => {
    const { fake, site, get } = await world.start({
      framework,
      policy: { allow: allow as unknown as () => boolean },
    })

    await get(byToken(fake.signIn())).expect(500)

    expect(site.handled).toBe(0)
    expect(site.errors).toEqual([expect.any(TypeError)])
    expect(String(site.errors[0])).toMatch(/allow.*promise/)
  })

  it('may take a denial over', async () => {
    const taken: unknown[] = []
    const { site, get } = await world.start({
      framework,
      options: {
        onDenied(error, request, response, next) {
          taken.push(error, request, response, typeof next)
          response.statusCode = 418
          response.end(error.code)
        },
      },
    })

    const reply = await get()

    expect([reply.status, reply.text]).toEqual([418, 'session_missing'])
    const { request, response, nexts } = site.visits[0]!
    expect(isSessionError(taken[0])).toBe(true)
    expect(taken.slice(1)).toEqual([request, response, 'function'])
    expect(nexts).toEqual([])
  })

  it('may answer by the default denial after all', async () => {
    const { get } = await world.start({
      framework,
      options: {
        onDenied(error, request, response) {
          response.setHeader('X-Seen', error.code)
          sendDenial(error, request, response)
        },
      },
    })

    const reply = await get()

    expectDenial(reply, sessionMissing)
    expect(reply.headers['x-seen']).toBe('session_missing')
  })

  it('may hand a denial to the error handler of the application', async () => {
    const { site, get } = await world.start({
      framework,
      options: { onDenied: (error, _request, _response, next) => next(error) },
    })

    await get().expect(500)

    expect(site.errors).toHaveLength(1)
    expect(isSessionError(site.errors[0])).toBe(true)
  })
})

describe.each(frameworks.filter(({ hasFinalHandler }) => hasFinalHandler))(
  "$name's own final handler",
  (framework) => {
    it.each<[string, OptionalSessionPolicy, boolean, number, object]>([
      ['401', {}, false, 401, { 'www-authenticate': 'Bearer realm="ory"' }],
      [
        '403',
        { aal: 'aal2' },
        true,
        403,
        {
          'www-authenticate':
            'Bearer realm="ory", error="insufficient_user_authentication", acr_values="aal2"',
        },
      ],
    ])(
      'answers a denial with its status and headers: %s',
      async (_name, policy, isSignedIn, status, headers) => {
        const { fake, get } = await world.start({
          framework,
          policy,
          isTakingErrors: false,
          options: { onDenied: (error, _request, _response, next) => next(error) },
        })
        const { token } = fake.signIn()

        const reply = await get(isSignedIn ? byToken({ token }) : {})

        expect(reply.status).toBe(status)
        expect(reply.headers).toMatchObject({ ...headers, 'cache-control': 'no-store' })
        expect(reply.text).not.toContain(token)
      },
    )

    it('answers a fault with 503 and Retry-After', async () => {
      const { fake, get } = await world.start({
        framework,
        isTakingErrors: false,
        options: { onDenied: (error, _request, _response, next) => next(error) },
      })
      fake.fault(500)

      const reply = await get(byToken(fake.signIn()))

      expect(reply.status).toBe(503)
      expect(reply.headers['retry-after']).toMatch(/^[123]$/)
    })
  },
)

describe('a schema for the traits', () => {
  it('decides what the traits are', async () => {
    const traits = schema((value) => ({ value: { seen: value } }))
    const { fake, get } = await world.start({ options: { traitsSchema: traits } })

    const reply = await get(byToken(fake.signIn({ traits: { email: 'ada@example.com' } })))

    expect(reply.body.session.identity.traits).toEqual({ seen: { email: 'ada@example.com' } })
  })

  it('makes a fault of traits that it refuses, which is neither in nor logged out', async () => {
    const traits = schema(() => ({ issues: [{ message: 'no email' }] }))
    const { fake, get } = await world.start({ options: { traitsSchema: traits } })

    const reply = await get(byToken(fake.signIn()))

    expect(reply.status).toBe(503)
    expect(reply.text).not.toContain('no email')
  })
})
