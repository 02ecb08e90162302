import type { Dispatcher } from 'undici'

/** A moment on both clocks of the application, and its position in the order of all that happens. */
export interface Moment {
  readonly order: number
  readonly now: number
  readonly monotonic: number
}

export interface TrueSession {
  readonly id: string
  readonly identity: string
  readonly expiresAt: number
  aal: 'aal1' | 'aal2'
  hasEnded: boolean
}

/** What a client carries. A made-up credential has no session. */
export interface Credential {
  readonly value: string
  readonly source: 'token' | 'cookie'
  readonly session: TrueSession | undefined
}

/** What comes instead of the right answer. */
export type Trouble = 500 | 429 | 'reset' | 'page' | 'aal'

export type Said = 'live' | 'refused' | 'ready' | 'unready' | 'missing' | 'ended' | Trouble

export interface Seen extends Moment {
  readonly said: Said
  readonly aal: TrueSession['aal']
  /** What identifies an answer: the number of its call, or of an earlier one to the same words. */
  readonly number: number
  /** Whether there was a database to look at. */
  readonly isTrue: boolean
}

/** One question. Ory sees it at one moment, and its answer arrives at another. */
export interface Call {
  readonly number: number
  readonly route: 'whoami' | 'ready' | 'logout'
  readonly credential: Credential | undefined
  readonly isForced: boolean
  readonly began: Moment
  seen: Seen | undefined
  ended: Moment | undefined
  /** Ory looks at it, and knows its answer. */
  see(trouble?: Trouble): void
  /** The answer arrives. */
  arrive(): void
}

/** An Ory that does everything when the test says so, and whose database stops and starts. */
export interface Ory {
  readonly dispatcher: Dispatcher
  readonly calls: readonly Call[]
  /** `isSeen`: readiness notices when it is down. `wasUnseen`: there was a time when it did not. */
  readonly database: { isUp: boolean; isSeen: boolean; wasUnseen: boolean }
  /** What some, or all, meet for the time being. */
  readonly weather: { trouble: Trouble | undefined; isMet: (credential: Credential) => boolean }
  /** Those of a credential, oldest first. */
  callsOf(credential: Credential): readonly Call[]
  /** Those that have not arrived, oldest first. */
  pending(): Call[]
  credential(value: string, source: Credential['source'], session?: TrueSession): Credential
  isLive(session: TrueSession): boolean
  moment(): Moment
  /** Ory's own clock, which nobody sets. */
  now(): number
  advance(ms: number): void
}
