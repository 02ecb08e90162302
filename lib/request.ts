import type { IncomingHttpHeaders } from 'node:http'
import { isOwnSession } from './session/freeze-session.js'
import type { RegisteredProperty } from './register.js'
import type { Session } from './session/session.js'

/** What the package puts on a request: `session`, or the registered property. */
export type SessionProperty = Record<RegisteredProperty, Session>

declare global {
  // Express' own seam for what middleware adds; without Express it is an empty declaration.
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express' types ask for one
  namespace Express {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged with Express'
    interface Request extends SessionProperty {}
  }
}

/** What a decision is made from. */
export interface RequestFacts {
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders?: readonly string[] | undefined
  readonly method?: string | undefined
}

/** Where a session goes unless the application says otherwise. */
export const defaultProperty = 'session'

// A string would be the application's to use; the registry's symbol is the same in every copy.
const attached = Symbol.for('express-ory-session.attached')

type Slots = Record<PropertyKey, unknown>

/** What was attached last, and what the usual property held at that time. */
interface Note {
  readonly session: Session | undefined
  readonly beside: unknown
}

/**
 * The session that this package attached to a request, or `undefined` if there is none. It does not
 * believe a `req.session` that somebody else put there.
 */
export function getSession(request: object): Session | undefined {
  const slots = request as Slots
  const usual = slots[defaultProperty]
  const note = slots[attached] as Note | undefined
  // What has come to the usual property since is newer than the note.
  const session = note !== undefined && note.beside === usual ? note.session : usual
  if (isOwnSession(session)) return session
  return isOwnSession(note?.session) ? note.session : undefined
}

/** Puts a session, or its absence, on a request. */
export function attachSession(
  request: object,
  property: string,
  session: Session | undefined,
): void {
  const slots = request as Slots
  const present = slots[property]
  if (session !== undefined || present !== undefined) slots[property] = session
  // Behind Express every request is of a new shape to the engine, and each member that is looked at
  // for the first time costs as much as finding the session. What comes to the usual property, where
  // nothing was, needs no look at the note.
  const isUsual = property === defaultProperty
  if (isUsual && session !== undefined && present === undefined) return
  if (slots[attached] !== undefined || (!isUsual && getSession(request) !== session)) {
    slots[attached] = { session, beside: slots[defaultProperty] } satisfies Note
  }
}

/** Whether the property holds something that this package did not put there. */
export function isPropertyTaken(request: object, property: string): boolean {
  const present = (request as Slots)[property]
  return present !== undefined && !isOwnSession(present)
}
