import { describe, expect, it } from '@jest/globals'
import { resolvePolicy } from '../../../lib/auth/resolve-policy.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import {
  hasExpired,
  mayChange,
  refuse,
  refuseByPredicate,
  type SessionPolicy,
} from '../../../lib/auth/policy.js'
import type { LiveSession } from '../../../lib/session/parse-session.js'
import { parse } from '../support/parse.js'
import { start } from '../support/fake-clock.js'
import { identityBody, sessionBody } from '../support/session-body.js'

const settings = resolveOptions({ url: 'https://ory.example' })
const resolve = (policy: SessionPolicy<never> = {}) => resolvePolicy(policy, settings)

const live = (members: Record<string, unknown> = {}): LiveSession => ({
  ...parse(sessionBody(members))!,
  bytes: 1,
})
const at = (ms: number): string => new Date(start + ms).toISOString()
const methods = (...names: string[]) => ({
  authentication_methods: names.map((method) => ({ method, completed_at: at(0) })),
})
const verified = (...values: boolean[]) => ({
  identity: identityBody({ verifiable_addresses: values.map((value) => ({ verified: value })) }),
})

describe('hasExpired', () => {
  it.each([
    ['before its time', 1, false],
    ['at its time', 0, true],
    ['after it', -1, true],
  ])('tells of a session %s', (_when, ms, expected) => {
    expect(hasExpired(live({ expires_at: at(ms) }), start)).toBe(expected)
  })
})

describe('refuse', () => {
  it.each<[string, SessionPolicy<never>, Record<string, unknown>, string | undefined]>([
    ['a live session where nothing is asked', {}, {}, undefined],
    ['the level 0 where none is asked', {}, { authenticator_assurance_level: 'aal0' }, undefined],
    [
      'the level 0 where 1 is asked',
      { aal: 'aal1' },
      { authenticator_assurance_level: 'aal0' },
      'session_aal2_required',
    ],
    [
      'the level that is asked',
      { aal: 'aal2' },
      { authenticator_assurance_level: 'aal2' },
      undefined,
    ],
    ['a lower level', { aal: 'aal2' }, {}, 'session_aal2_required'],
    ['a higher level', { aal: 'aal1' }, { authenticator_assurance_level: 'aal3' }, undefined],
    [
      'the level 2 where 3 is asked',
      { aal: 'aal3' },
      { authenticator_assurance_level: 'aal2' },
      'session_aal2_required',
    ],
    [
      'a login as old as may be',
      { maxAgeMs: 60_000 },
      { authenticated_at: at(-60_000) },
      undefined,
    ],
    [
      'a login that is older',
      { maxAgeMs: 60_000 },
      { authenticated_at: at(-60_001) },
      'session_refresh_required',
    ],
    [
      'a login of now where none may be older',
      { maxAgeMs: 0 },
      { authenticated_at: at(0) },
      undefined,
    ],
    [
      'a login of Ory’s clock that goes before',
      { maxAgeMs: 0 },
      { authenticated_at: at(500) },
      undefined,
    ],
    ['an old login where any age will do', {}, { authenticated_at: at(-1e12) }, undefined],
    [
      'a method that is asked',
      { authMethods: ['totp', 'password'] },
      methods('password'),
      undefined,
    ],
    ['the second method', { authMethods: ['totp'] }, methods('password', 'totp'), undefined],
    [
      'other methods',
      { authMethods: ['totp', 'webauthn'] },
      methods('password', 'oidc'),
      'session_method_required',
    ],
    ['no method at all', { authMethods: ['totp'] }, methods(), 'session_method_required'],
    [
      'a method that starts alike',
      { authMethods: ['code'] },
      methods('code_recovery'),
      'session_method_required',
    ],
    [
      'a method that Ory does not document',
      { authMethods: ['magic'] },
      methods('magic'),
      undefined,
    ],
    [
      'a method that Ory does not document, beside others',
      { authMethods: ['magic'] },
      methods('password', 'magic', 'tricks'),
      undefined,
    ],
    [
      'another method that Ory does not document',
      { authMethods: ['magic'] },
      methods('tricks'),
      'session_method_required',
    ],
    [
      'one of both kinds where the other kind is asked',
      { authMethods: ['magic', 'totp'] },
      methods('tricks', 'password'),
      'session_method_required',
    ],
    [
      'one of both kinds where both are asked',
      { authMethods: ['magic', 'totp'] },
      methods('tricks', 'totp'),
      undefined,
    ],
    ['a verified address', { verifiedAddress: true }, verified(false, true), undefined],
    ['no verified address', { verifiedAddress: true }, verified(false), 'session_unverified'],
    ['no address', { verifiedAddress: true }, verified(), 'session_unverified'],
    [
      'no verified address where none is asked',
      { verifiedAddress: false },
      verified(false),
      undefined,
    ],
  ])('judges %s', (_title, policy, members, code) => {
    expect(refuse(live(members), resolve(policy), start)).toBe(code)
  })

  it('names the lowest hurdle first: level, age, method, address', () => {
    const policy: SessionPolicy<never> = {
      aal: 'aal2',
      maxAgeMs: 1,
      authMethods: ['totp'],
      verifiedAddress: true,
    }
    const steps = [
      {},
      { authenticator_assurance_level: 'aal2' },
      { authenticated_at: at(0), ...methods('webauthn') },
      methods('totp'),
      verified(true),
    ]
    const bare = { ...verified(false), authenticated_at: at(-10) }
    const codes = steps.map((_, index) => {
      const members = Object.assign({}, bare, ...steps.slice(0, index + 1))
      return refuse(live(members), resolve(policy), start)
    })
    expect(codes).toEqual([
      'session_aal2_required',
      'session_refresh_required',
      'session_method_required',
      'session_unverified',
      undefined,
    ])
  })
})

describe('a level together with an age', () => {
  const policy: SessionPolicy<never> = { aal: 'aal2', maxAgeMs: 60_000 }
  const method = (name: string, ms: number, aal?: string) => ({
    method: name,
    completed_at: at(ms),
    ...(aal === undefined ? {} : { aal }),
  })
  const judge = (given: SessionPolicy<never>, aal: string, ...used: object[]) =>
    refuse(
      live({ authenticator_assurance_level: aal, authentication_methods: used }),
      resolve(given),
      start,
    )
  const old = -60_001

  it.each<[string, object[], string | undefined]>([
    [
      'passes by a recent second factor',
      [method('password', old, 'aal1'), method('totp', -60_000, 'aal2')],
      undefined,
    ],
    [
      'is refused for an old second factor beside a new password',
      [method('totp', old, 'aal2'), method('password', 0, 'aal1')],
      'session_refresh_required',
    ],
    [
      'passes by the newest of several',
      [method('totp', -1, 'aal2'), method('totp', old, 'aal2'), method('password', 0, 'aal1')],
      undefined,
    ],
    ['passes by a provider that gave the level', [method('oidc', 0, 'aal2')], undefined],
    [
      'is refused for a code that was the first factor',
      [method('totp', old, 'aal2'), method('code', 0, 'aal1')],
      'session_refresh_required',
    ],
    ['knows the second factors of an answer without levels', [method('totp', 0)], undefined],
    ['takes no method for one without a level', [method('code', 0)], 'session_refresh_required'],
    [
      'takes no level that Ory does not have',
      [method('totp', 0, 'aal9')],
      'session_refresh_required',
    ],
    [
      'takes no method without a time',
      [{ method: 'totp', aal: 'aal2' }],
      'session_refresh_required',
    ],
    [
      'takes no time that is none',
      [{ method: 'totp', aal: 'aal2', completed_at: 'soon' }],
      'session_refresh_required',
    ],
    ['is refused where no method is known', [], 'session_refresh_required'],
  ])('%s', (_title, used, expected) => {
    expect(judge(policy, 'aal2', ...used)).toBe(expected)
  })

  it('takes nothing from Object.prototype', () => {
    const polluted = { aal: 'aal2', completed_at: at(0) }
    Object.assign(Object.prototype, polluted)
    try {
      const code = judge(policy, 'aal2', { method: 'password', aal: undefined })
      expect(code).toBe('session_refresh_required')
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('judges the first factor by the last login', () => {
    const used = [method('totp', 0, 'aal2')]
    expect(judge({ aal: 'aal1', maxAgeMs: 60_000 }, 'aal2', ...used)).toBeUndefined()
  })

  it('says first that the level is too low', () => {
    expect(judge(policy, 'aal1', method('totp', 0, 'aal2'))).toBe('session_aal2_required')
  })
})

describe('mayChange', () => {
  it.each([
    ['session_aal2_required', true],
    ['session_refresh_required', true],
    ['session_method_required', true],
    ['session_unverified', true],
    ['session_forbidden', false],
  ] as const)('says of %s: %s', (code, expected) => {
    expect(mayChange(code)).toBe(expected)
  })
})

describe('refuseByPredicate', () => {
  const { session } = live()
  const judge = (allow?: unknown, subject: unknown = {}) =>
    refuseByPredicate(
      session,
      resolve(allow === undefined ? {} : { allow: allow as never }),
      subject,
    )

  it('lets pass where there is no predicate, or it says true', () => {
    expect(judge()).toBeUndefined()
    expect(judge(() => true)).toBeUndefined()
  })

  it.each([false, undefined, null, 0, 1, 'true', [], {}, new Boolean(true), () => true])(
    'takes %p for a no',
    (verdict) => {
      expect(judge(() => verdict)).toBe('session_forbidden')
    },
  )

  it('shows the predicate the session and the request as they are', () => {
    const subject = { url: '/' }
    const seen: unknown[] = []
    judge((...shown: unknown[]) => seen.push(...shown), subject)
    expect(seen[0]).toBe(session)
    expect(seen[1]).toBe(subject)
    expect(seen).toHaveLength(2)
  })

  it.each<[string, () => unknown]>([
    ['a promise', () => Promise.resolve(true)],
    ['a promise that will fail', () => Promise.reject(new Error('late'))],
    ['what can be awaited', () => ({ then: (resolve: (value: boolean) => void) => resolve(true) })],
  ])('calls %s a mistake', async (_title, allow) => {
    expect(() => judge(allow)).toThrow(TypeError)
    expect(() => judge(allow)).toThrow(
      expect.objectContaining({
        code: 'ERR_ORY_ASYNC_ALLOW',
        message: expect.stringMatching(/policy\.allow .* promise/),
      }),
    )
    // A rejection that nobody handles would end the process here.
    await new Promise((resolve) => setImmediate(resolve))
  })

  it('hands on what the predicate throws', () => {
    const thrown = new Error('a bug in the predicate')
    expect(() =>
      judge(() => {
        throw thrown
      }),
    ).toThrow(thrown)
  })
})
