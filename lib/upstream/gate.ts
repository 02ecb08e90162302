import type { Question } from './answer.js'

/** What a gate decides by: who asks, why, and until when. */
export type Ticket = Pick<
  Question,
  'credential' | 'key' | 'recentIdentity' | 'isRefresh' | 'signal'
>

/**
 * Stands before all calls to Ory, whatever they are about, and keeps one count of them. It lets a
 * question pass, at once or in its turn, or throws a `Fault`.
 */
export type Gate = <Q extends Ticket, A extends { readonly kind: string }>(
  ask: (question: Q) => Promise<A>,
) => (question: Q) => Promise<A>
