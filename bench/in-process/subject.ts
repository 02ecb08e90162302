import type { SessionMiddleware } from 'express-ory-session'
import { madeUp } from '../stub-ory.js'
import { cookieHeader, requestBytes } from '../visitor.js'

/** Something that is called once per request, and the requests that it is called with. */
export interface Subject {
  readonly name: string
  readonly call: SessionMiddleware
  readonly requests: readonly Buffer[]
  /** Whether it goes on to the next handler. */
  readonly isPassing: boolean
}

/** How many visitors there are, each with a session of its own. */
export const visitors = 1_000

export const range = [...Array(visitors).keys()]

/** A bearer token of Ory's form, which is none of Ory's. */
export function madeUpToken(visitor: number): string {
  return `Bearer ory_st_${madeUp}${String(visitor)}`
}

export const signedIn = range.map((visitor) => requestBytes(cookieHeader(visitor)))
export const anonymous = range.map(() => requestBytes('theme=dark'))
export const refused = range.map((visitor) =>
  requestBytes(undefined, [`Authorization: ${madeUpToken(visitor)}`]),
)
