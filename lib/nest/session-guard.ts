import { Inject, Injectable } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { OrySession } from '../create-ory-session.js'
import { guardOf } from '../http/framework-guard.js'
import type { Checked, FrameworkGuard } from '../http/framework-guard.js'
import type { SessionError } from '../shared/session-error.js'
import { accessOf } from './access.js'
import type { NestSessionPolicy } from './access.js'
import { noteChecked } from './checked.js'
import { exchangeOf } from './exchange.js'
import type { NestExchange } from './exchange.js'
import { SessionException } from './session-exception.js'

/** The token of the instance in Nest's container. */
export const ORY_SESSION = Symbol.for('express-ory-session')

type Check = ReturnType<FrameworkGuard['check']>

/**
 * Lets a request pass whose session satisfies the decorators of its handler; without one, it must be live.
 * The module makes it global. Gateways take it by `@UseGuards(OrySessionGuard)`.
 */
export class OrySessionGuard implements CanActivate {
  readonly #guard: FrameworkGuard
  readonly #checks = new WeakMap<object, Check>()
  readonly #live: Check
  readonly #optional: Check

  constructor(ory: OrySession) {
    this.#guard = guardOf(ory)
    this.#live = this.#guard.check(undefined, false)
    this.#optional = this.#guard.check(undefined, true)
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { kind, policies } = accessOf(context.getHandler(), context.getClass())
    if (kind === 'anonymous') return true
    const exchange = exchangeOf(context)
    const checks = policies.map((policy) => this.#checkOf(policy))
    if (checks.length === 0) checks.push(kind === 'optional' ? this.#optional : this.#live)
    for (const check of checks) {
      const { request, chain } = exchange
      const checked = await check({ request, subject: request, chain })
      this.#answer(checked, exchange)
      noteChecked(context, { session: checked.session })
    }
    return true
  }

  #checkOf(policy: NestSessionPolicy): Check {
    const known = this.#checks.get(policy) ?? this.#guard.check(policy, false)
    this.#checks.set(policy, known)
    return known
  }

  #answer(checked: Checked, { request, response, head }: NestExchange): void {
    const { error, session } = checked
    if (response !== undefined) {
      if (error !== undefined) putDenial(error, response)
      this.#guard.putHeaders(checked, response, head)
    }
    if (error !== undefined) throw new SessionException(error)
    this.#guard.attach(request, session)
  }
}
Injectable()(OrySessionGuard)
Inject(ORY_SESSION)(OrySessionGuard, undefined, 0)

/** Puts the headers of a denial where the answer of any filter keeps them. */
function putDenial(error: SessionError, response: NonNullable<NestExchange['response']>): void {
  const { 'Content-Type': _ofTheBody, ...headers } = error.headers
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}
