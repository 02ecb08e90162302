import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { onRequestAsyncHookHandler } from 'fastify'
import type { OptionalSessionPolicy, SessionPolicy } from '../auth/policy.js'
import type { OrySession } from '../ory-session.js'
import { guardOf } from '../http/framework-guard.js'
import { replyHeaders } from '../http/reply-headers.js'
import type { SessionProperty } from '../http/request-session.js'
import type { Session } from '../session/session.js'
import { uncheckedSession } from '../shared/error-codes.js'
import type { SessionError } from '../shared/session-error.js'

/** A policy whose `allow` gets Fastify's request. */
export type FastifySessionPolicy = SessionPolicy<Session, FastifyRequest>

/** The same for `optionalSession`. */
export type FastifyOptionalSessionPolicy = OptionalSessionPolicy<Session, FastifyRequest>

/** What the plugin takes. */
export interface FastifySessionOptions {
  /** The instance, from `createOrySession`. */
  readonly ory: OrySession
  /**
   * Answers a denial: returns `reply` after `send`, or throws for the application's error handler. Default:
   * the error's own status, headers and problem body.
   */
  readonly onDenied?: OnFastifySessionDenied | undefined
}

/** Answers a denial in Fastify. */
export type OnFastifySessionDenied = (
  error: SessionError,
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply>

declare module 'fastify' {
  interface FastifyInstance {
    /** Makes a hook that lets a live session pass that satisfies the policy, and answers others. */
    requireSession(policy?: FastifySessionPolicy): onRequestAsyncHookHandler
    /** Makes a hook that puts the session on the request if there is one. Default in an outage: a 503. */
    optionalSession(policy?: FastifyOptionalSessionPolicy): onRequestAsyncHookHandler
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged with Fastify's
  interface FastifyRequest extends SessionProperty {}
}

// eslint-disable-next-line @typescript-eslint/require-await -- Fastify waits for a promise or a callback
async function plugin(
  app: FastifyInstance,
  { ory, onDenied = answer }: FastifySessionOptions,
): Promise<void> {
  const guard = guardOf(ory)
  const sessions = new WeakMap<FastifyRequest, { readonly session: Session | undefined }>()

  function hook(policy: object | undefined, isOptional: boolean): onRequestAsyncHookHandler {
    const check = guard.check(policy, isOptional)
    return async (request, reply) => {
      const checked = await check({ request, subject: request, chain: request })
      guard.putHeaders(checked, replyHeaders(reply), reply.raw)
      const { error, session } = checked
      if (error !== undefined) {
        sessions.delete(request)
        const answered = await onDenied(error, request, reply)
        // After a hook that answered nothing Fastify would go on to the route.
        if (!reply.sent) throw error
        return answered
      }
      sessions.set(request, { session })
      return undefined
    }
  }

  app.decorateRequest(guard.property, {
    // Without the error, a route whose hook was forgotten would look as if nobody were logged in.
    getter(this: FastifyRequest): Session | undefined {
      const checked = sessions.get(this)
      if (checked === undefined) throw uncheckedSession(`request.${guard.property}`)
      return checked.session
    },
  })
  app.decorate('requireSession', (policy) => hook(policy, false))
  app.decorate('optionalSession', (policy) => hook(policy, true))
}

function answer(error: SessionError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // To a string Fastify adds a charset, which this media type does not have (RFC 9457).
  const body = Buffer.from(JSON.stringify(error))
  return reply.code(error.status).headers(error.headers).send(body)
}

/**
 * Fastify's plugin: gives the application `requireSession(policy?)` and `optionalSession(policy?)`, which
 * make hooks, and requests a `session` that throws where no such hook ran.
 *
 * @example
 * await app.register(orySession, { ory })
 * app.get('/me', { onRequest: app.requireSession() }, ({ session }) => session.identity.traits)
 *
 * @throws TypeError for an `ory` that `createOrySession` did not make
 * @see https://fastify.dev/docs/latest/Reference/Plugins/
 */
export const orySession = Object.assign(plugin, {
  // What fastify-plugin sets: the decorators are those of the application that registers it.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('plugin-meta')]: { name: 'express-ory-session', fastify: '5.x' },
})
