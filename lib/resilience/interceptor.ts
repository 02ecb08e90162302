import type { Question } from '../ory/whoami-answer.js'
import type { Fault } from '../shared/fault.js'

/** What a gate decides by: who asks, why, and until when. */
export type Ticket = Pick<
  Question,
  'credential' | 'key' | 'recentIdentity' | 'isRefresh' | 'isSecondLook' | 'signal'
>

/**
 * Stands before all calls to Ory, whatever they are about, and keeps one count of them. It lets a
 * question pass, at once or in its turn, or rejects with a `Fault`. What it asks rejects as well and
 * never throws: nothing here is an async function, each of which is a kilobyte of garbage on every call.
 * An application's clock alone can make one throw, which `withDeadline` turns into a rejection.
 */
export type Gate = <Q extends Ticket, A extends { readonly kind: string }>(
  ask: (question: Q) => Promise<A>,
) => (question: Q) => Promise<A>

/** Decides at a gate at once, by what became of the questions before. */
export interface Keeper {
  /** Lets a question pass, and counts it as under way; or tells why it may not. */
  admit(ticket: Ticket): Fault | undefined
  /** A question that passed was answered. */
  noteAnswer?(ticket: Ticket, kind: string): void
  /** One that passed was not. */
  noteFault(ticket: Ticket, error: unknown): void
}

/**
 * A gate with several keepers, asked in this order. Where one does not admit a question those after it
 * are not asked, and none is told how it ended: who has to be told goes last.
 */
export function createGate(keepers: readonly Keeper[]): Gate {
  // The breaker's trial must end though a clock of the application's throws as the others are told.
  const inReverse = [...keepers].reverse()
  return (ask) => (question) => {
    for (const keeper of keepers) {
      const fault = keeper.admit(question)
      if (fault !== undefined) return Promise.reject(fault)
    }
    return ask(question).then(
      (answer) => {
        for (const keeper of inReverse) keeper.noteAnswer?.(question, answer.kind)
        return answer
      },
      (error: unknown) => {
        for (const keeper of inReverse) keeper.noteFault(question, error)
        throw error
      },
    )
  }
}
