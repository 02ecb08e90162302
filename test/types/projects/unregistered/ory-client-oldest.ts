// The oldest client that takes our sessions: before it, Ory's types do not know every method of today.
import type { Session as ClientSession } from '@ory/client-oldest'
import type { Session } from 'express-ory-session'

declare const session: Session
export const oldest: ClientSession = session
