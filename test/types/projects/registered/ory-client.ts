import type { Session as ClientSession } from '@ory/client'
import type { Session } from 'express-ory-session'

export const client = (session: Session): ClientSession => session
