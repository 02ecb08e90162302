import { SetMetadata } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { SessionPolicy } from '../auth/policy.js'
import type { Session } from '../session/session.js'

/** A policy. Annotate the second parameter of `allow` with the request of your platform. */
export type NestSessionPolicy = SessionPolicy<Session, never>

/** What the decorators of a method or a class ask for. */
export interface Access {
  readonly kind: 'required' | 'optional' | 'anonymous'
  readonly policies: readonly NestSessionPolicy[]
}

/** A decorator of a method or a class. */
export type AccessDecorator = ClassDecorator & MethodDecorator

const key = 'express-ory-session:access'
const reflector = new Reflector()
const read = (target: object): Access | undefined => reflector.get(key, target as () => unknown)

/** Makes a decorator. Several on one method add up, and one that requires a session wins. */
export function decorateAccess(kind: Access['kind'], policy?: NestSessionPolicy): AccessDecorator {
  return (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const before = read((descriptor?.value ?? target) as object)
    // A class that extends another has its decorators from there; these count as its own.
    const access: Access = {
      kind: before?.kind === 'required' ? 'required' : kind,
      policies: [...(before?.policies ?? []), ...(policy === undefined ? [] : [policy])],
    }
    const decorate = SetMetadata(key, access) as (...given: unknown[]) => void
    decorate(target, name, descriptor)
  }
}

/** What a route asks for: the decorators of its method, and the policies of its class besides. */
export function accessOf(method: object, type: object): Access {
  const own = read(method)
  const shared = read(type)
  const { kind } = own ?? shared ?? { kind: 'required' }
  if (kind !== 'required') return { kind, policies: [] }
  // Without those of the class, a policy on a method would weaken it.
  return { kind, policies: [...(shared?.policies ?? []), ...(own?.policies ?? [])] }
}
