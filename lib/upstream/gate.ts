import type { Question } from './answer.js'

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
