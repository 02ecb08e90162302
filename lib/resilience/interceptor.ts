import type { Fault } from '../shared/fault.js'
import type { OryCall } from './ory-call.js'

/** Something that may stop a call to Ory, and learns from how calls end. */
export interface Interceptor {
  /** Lets a call pass and counts it as under way, or returns why it may not go out. */
  before(call: OryCall): Fault | undefined
  /** Ory answered a call that passed. */
  onAnswer?(call: OryCall, kind: string): void
  /** A call that passed was not answered. The error is a `Fault`, or what a clock of the application threw. */
  onFault?(call: OryCall, error: unknown): void
}

/** A function that asks Ory, and the same with something in front of it. */
export type Around = <C extends OryCall, A extends { readonly kind: string }>(
  ask: (call: C) => Promise<A>,
) => (call: C) => Promise<A>

/**
 * Asks each interceptor in turn. If one stops a call, those behind it are not asked, and none learns how
 * it ended: an interceptor that must learn the end of each call goes last.
 *
 * Nothing here is an async function, because each makes a kilobyte of garbage on every call. `ask` rejects
 * and never throws. Only a clock of the application can throw, which `withDeadline` turns into a rejection.
 */
export function intercept(...interceptors: readonly Interceptor[]): Around {
  // In reverse: a trial of the circuit breaker must end although a clock throws for another interceptor.
  const inReverse = [...interceptors].reverse()
  return (ask) => (call) => {
    for (const interceptor of interceptors) {
      const fault = interceptor.before(call)
      if (fault !== undefined) return Promise.reject(fault)
    }
    return ask(call).then(
      (answer) => {
        for (const interceptor of inReverse) interceptor.onAnswer?.(call, answer.kind)
        return answer
      },
      (error: unknown) => {
        for (const interceptor of inReverse) interceptor.onFault?.(call, error)
        throw error
      },
    )
  }
}
