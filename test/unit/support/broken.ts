import type { Dispatcher } from 'undici'
import type { SessionRequestHeaders } from '../../../lib/credential/request-headers.js'
import type { SessionAuthentication } from '../../../lib/auth/authenticate.js'
import { SessionError } from '../../../lib/shared/session-error.js'
import { createOrySession } from '../../../lib/create-ory-session.js'
import type { OrySession } from '../../../lib/ory-session.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import type { Reply } from './reply.js'

/** Makes an instance, a true one or a broken one: what a model can't tell apart it doesn't test. */
export type Create = (options: OrySessionOptions) => OrySession

type Denial = Extract<SessionAuthentication, { error: SessionError }>
type Grant = Exclude<SessionAuthentication, Denial>

/** The true instance with other options than it was given. */
export const withOptions =
  (change: (options: OrySessionOptions) => OrySessionOptions): Create =>
  (options) =>
    createOrySession({ ...options, ...change(options) })

/** The true instance with other members. */
export const withMembers =
  (change: (ory: OrySession, options: OrySessionOptions) => Partial<OrySession>): Create =>
  (options) => {
    const ory = createOrySession(options)
    return { ...ory, ...change(ory, options) }
  }

/** The true instance behind a dispatcher that changes what is asked or what Ory says. */
export const withDispatcher = (
  change: (
    ask: () => Promise<Reply>,
    sent: Dispatcher.RequestOptions,
    options: OrySessionOptions,
  ) => Promise<Reply>,
): Create =>
  withOptions((options) => {
    const { dispatcher } = options
    const request = dispatcher!.request.bind(dispatcher) as (
      sent: Dispatcher.RequestOptions,
    ) => Promise<Reply>
    return {
      dispatcher: Object.assign(Object.create(dispatcher!), {
        request: (sent: Dispatcher.RequestOptions) => change(() => request(sent), sent, options),
      }) as Dispatcher,
    }
  })

/** The denial of somebody who was not denied so. */
export function deny(code: 'session_invalid' | 'authentication_unavailable'): Denial {
  return { error: new SessionError(code), setCookie: [] }
}

const outageAsLogOut = withMembers(({ authenticate }) => ({
  async authenticate(request, policy) {
    const { error, ...decision } = await authenticate(request, policy)
    if (error === undefined) return decision as Grant
    const isOut = error.code === 'authentication_unavailable'
    return { ...decision, error: isOut ? new SessionError('session_invalid') : error } as Denial
  },
}))

const twoAtOnce: Create = (options) => {
  const all = [createOrySession(options), createOrySession(options)]
  let turn = 0
  return {
    ...all[0]!,
    authenticate: (...sent) => all[(turn += 1) % 2]!.authenticate(...sent),
    invalidate: async (target) =>
      (await Promise.all(all.map((ory) => ory.invalidate(target)))).reduce((sum, one) => sum + one),
    stats: () => ({
      ...all[0]!.stats(),
      inFlight: all.reduce((sum, ory) => sum + ory.stats().inFlight, 0),
    }),
    close: () => Promise.all(all.map((ory) => ory.close())).then(() => undefined),
  }
}

const verdicts = withMembers(({ authenticate, invalidate }) => {
  const kept = new Map<string, Promise<SessionAuthentication>>()
  return {
    authenticate: (request: SessionRequestHeaders, policy) => {
      const key = JSON.stringify([request.headers, policy])
      const verdict = kept.get(key) ?? authenticate(request, policy)
      if (policy?.aal !== undefined) kept.set(key, verdict)
      return verdict
    },
    invalidate(target) {
      kept.clear()
      return invalidate(target)
    },
  }
})

/** What every model has to tell from the true instance. */
export const broken = {
  'caches too long': withOptions(({ cacheTtlMs }) => ({ cacheTtlMs: (cacheTtlMs ?? 0) + 1 })),
  'looks at the wall clock alone': withOptions(({ clock }) => ({
    clock: { now: () => clock!.now(), monotonic: () => clock!.now() },
  })),
  'looks at the monotonic clock alone': withOptions(({ clock }) => {
    const offset = clock!.now() - clock!.monotonic()
    return {
      clock: { now: () => clock!.monotonic() + offset, monotonic: () => clock!.monotonic() },
    }
  }),
  'has grace that nobody asked for': withOptions(({ cacheTtlMs, staleIfErrorMs }) => ({
    staleIfErrorMs: cacheTtlMs === 0 ? 0 : staleIfErrorMs! + 60_000,
  })),
  'forgets nothing': withMembers(() => ({ invalidate: async () => 0 })),
  'forgets sessions alone': withMembers(({ invalidate }) => ({
    invalidate: async (target) => ('session' in target ? invalidate(target) : 0),
  })),
  'lets answers under way bring back what was forgotten': withMembers(({ invalidate, stats }) => ({
    invalidate: async (target) => (stats().inFlight === 0 ? invalidate(target) : 0),
  })),
  'asks twice at once': twoAtOnce,
  'keeps verdicts': verdicts,
  'asks for any level': withMembers(({ authenticate }) => ({
    authenticate: (request, policy) => authenticate(request, policy?.fresh === true ? policy : {}),
  })),
  'answers the fresh from memory': withMembers(({ authenticate }) => ({
    authenticate: (request, policy) => authenticate(request, policy?.fresh === true ? {} : policy),
  })),
  'reports outages as logouts': outageAsLogOut,
} satisfies Record<string, Create>
