import type { Socket } from 'node:net'
import type { SessionFaultReason } from '../../lib/shared/fault.js'
import type { Identity } from './network/certificate.js'
import type { NameAnswer } from './network/name-service.js'

/** A request as it came in at Ory's front. */
export interface Call {
  readonly path: string
  /** The credential in it, as its header has it. */
  readonly credential: string
  /** Whether the socket had brought a request before. */
  readonly isReused: boolean
}

/** What Ory would say. */
export interface Right {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is done with a request. */
export type Answer = (socket: Socket, right: Right, call: Call) => void

/** What breaks. All that is not named here is as it should be. */
export interface Breakage {
  /** Default `'http'`. */
  readonly scheme?: 'http' | 'https'
  /** What the name service says of Ory's name. */
  readonly name?: NameAnswer
  /** Whether connections to 127.0.0.2 get no answer. They are refused otherwise. */
  readonly isBlackHole?: boolean
  /** Who the server says it is. */
  readonly identity?: Identity
  /** What is done with a new connection. */
  readonly accept?: (socket: Socket) => void
  /** What is done with a request. */
  readonly answer?: Answer
}

/** A row of the matrix: what breaks, and what the contract makes of it. */
export interface Fault extends Breakage {
  /**
   * What `stats()` counts a question as. `'live'`: the session passes, since what is wrong is wrong
   * with something else.
   */
  readonly reason: SessionFaultReason | 'live'
  /** Why it is that, where it could be something else. */
  readonly why?: string
  /** Nothing tells that something is wrong but the time that it takes. Default `false`. */
  readonly isSlow?: boolean
  /** Whether the message was whole, so that the connection may serve again. Default `false`. */
  readonly isWhole?: boolean
  /** How often a question arrives at Ory. Default 1. */
  readonly arrivals?: 0 | 1
  /** A used connection is there when it happens, and is asked on. Default `false`. */
  readonly isOnUsed?: boolean
  /** Whether a question on a used connection is asked again on a new one. Default `false`. */
  readonly isRetried?: boolean
  /** What is another thing by a dispatcher that the application has given. Default nothing. */
  readonly ifGivenDispatcher?: Pick<Fault, 'reason' | 'isRetried'>
  /** Questions about unknown callers have to wait after it, even when it is over. Default `false`. */
  readonly isPausing?: boolean
  /** What `Retry-After` says, where that is certain. */
  readonly retryAfter?: string
}
