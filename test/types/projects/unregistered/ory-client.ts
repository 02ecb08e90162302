// Code written for Ory's own client takes our sessions.
import type { Session as ClientSession } from '@ory/client'
import type { Session } from 'express-ory-session'

declare const session: Session
export const client: ClientSession = session
declare function render(session: ClientSession): string
export const rendered = render(session)

// @ts-expect-error -- what Ory's client says may be inactive, or lack what we have checked
export const back: Session = client
