import type { Question } from './answer.js'
import type { Fault } from './fault.js'

/** What a gate decides by: who asks, why, and until when. */
export type Ticket = Pick<
  Question,
  'credential' | 'key' | 'recentIdentity' | 'isRefresh' | 'signal'
>

/**
 * Stands before all calls to Ory, whatever they are about, and keeps one count of them. It lets a
 * question pass, at once or in its turn, or rejects with a `Fault`. What it asks rejects as well and
 * never throws, since these are no async functions: each of those on the way is a kilobyte of garbage.
 * An application's clock alone can make one throw, which `withDeadline` turns into a rejection.
 */
export type Gate = <Q extends Ticket, A extends { readonly kind: string }>(
  ask: (question: Q) => Promise<A>,
) => (question: Q) => Promise<A>

/** Decides at a gate at once, by what became of the questions before. */
export interface Keeper {
  /** Why a question may not pass, if it may not. One that may is under way then. */
  refuse(ticket: Ticket): Fault | undefined
  /** A question that passed was answered. */
  noteAnswer?(ticket: Ticket, kind: string): void
  /** One that passed was not. */
  noteFault(ticket: Ticket, error: unknown): void
}

/** A gate with several keepers, asked one after the other. What one of them refuses no other hears of. */
export function createGate(keepers: readonly Keeper[]): Gate {
  // Who was asked last, and knows most of the question, hears first: a clock of the application's may
  // throw on the way.
  const hearers = [...keepers].reverse()
  return (ask) => (question) => {
    for (const keeper of keepers) {
      const fault = keeper.refuse(question)
      if (fault !== undefined) return Promise.reject(fault)
    }
    return ask(question).then(
      (answer) => {
        for (const keeper of hearers) keeper.noteAnswer?.(question, answer.kind)
        return answer
      },
      (error: unknown) => {
        for (const keeper of hearers) keeper.noteFault(question, error)
        throw error
      },
    )
  }
}
