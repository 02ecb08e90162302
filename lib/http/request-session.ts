import { isOwnSession } from '../session/freeze-session.js'
import type { RegisteredProperty } from '../shared/register.js'
import type { Session } from '../session/session.js'

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

/** Where a session goes unless the application says otherwise. */
export const defaultProperty = 'session'

// A string would be the application's to use; the registry's symbol is the same in every copy.
const attached = Symbol.for('express-ory-session.attached')
const ofAllCopies = Symbol.for('express-ory-session.notes')

type Slots = Record<PropertyKey, unknown>

const shared: { [ofAllCopies]?: { areMade: boolean } | undefined } = globalThis as object

/**
 * Whether any copy of this package has noted a session on any request. Behind Express each member
 * that is new to a request costs up to a microsecond, so none is asked for a note before.
 */
const notes = (shared[ofAllCopies] ??= { areMade: false })

function noteOf(slots: Slots): unknown {
  return notes.areMade ? slots[attached] : undefined
}

/**
 * The session that this package attached to a request, or `undefined` if there is none. It does not
 * believe a `req.session` that somebody else put there.
 */
export function getSession(request: object): Session | undefined {
  const slots = request as Slots
  const noted = noteOf(slots)
  const session = noted === undefined ? slots[defaultProperty] : noted
  return isOwnSession(session) ? session : undefined
}

/** The session of this package on one property of a request, whatever another instance attached. */
export function sessionAt(request: object, property: string): Session | undefined {
  const session = (request as Slots)[property]
  return isOwnSession(session) ? session : undefined
}

/** Puts a session, or its absence, on a request. */
export function attachSession(
  request: object,
  property: string,
  session: Session | undefined,
): void {
  const slots = request as Slots
  if (session !== undefined || slots[property] !== undefined) slots[property] = session
  // getSession reads the usual property. The note is made where that would say otherwise, and is kept
  // up to date from then on.
  const isNoted = noteOf(slots) !== undefined
  if (isNoted || (property !== defaultProperty && getSession(request) !== session)) {
    slots[attached] = session ?? null
    notes.areMade = true
  }
}

/** Whether the property holds something that this package did not put there. */
export function isPropertyTaken(request: object, property: string): boolean {
  // Asked first: to read a member that is absent takes longer.
  if (!(property in request)) return false
  const present = (request as Slots)[property]
  return present !== undefined && !isOwnSession(present)
}
