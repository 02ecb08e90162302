import type { Child } from '../../child.js'
import type { OryTasks } from '../ory-process.js'

/** Somebody who is signed in, and what has been done to the session. */
export interface User {
  readonly session: string
  readonly token: string
  /** It is being ended at Ory, or has been. */
  isEnding: boolean
  /** When it had ended there. */
  endedAt?: number
  /** When each process had been asked to forget it, by its number. */
  readonly forgottenAt: Map<number, number>
  /** When the store had taken that. */
  revokedAt?: number
}

export async function signInUser(ory: Child<OryTasks>): Promise<User> {
  const { session, token } = await ory.ask('signIn', { expiresInMs: 3_600_000 })
  return { session, token, isEnding: false, forgottenAt: new Map() }
}
