import type { SessionAuthentication } from '../../lib/auth/authenticate.js'
import type { FakeClock } from '../unit/support/fake-clock.js'
import type { Call, Credential, Moment, Ory, Seen } from './call.js'

export type PolicyName = 'any' | 'aal2' | 'fresh'

/** The options, and the ways of Ory, that the rules have to know. */
export interface Chosen {
  readonly cacheTtlMs: number
  readonly refusalTtlMs: number
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
  readonly cacheMaxSessions: number
  readonly connections: number
  readonly hasReadiness: boolean
  /** Ory tells of a session in the same words until something of it changes. */
  readonly isRepeating: boolean
}

/** One request, and what became of it. */
export interface Asked {
  readonly credential: Credential
  readonly policy: PolicyName
  readonly arrived: Moment
  /** When what it waits for began, where somebody waited for it already. */
  readonly from: Moment
  decided: Moment | undefined
  decision: SessionAuthentication | undefined
}

export type Target =
  { readonly session: string } | { readonly identity: string } | { readonly credential: Credential }

/** All that happened, which every decision is held against. */
export interface History {
  readonly ory: Ory
  readonly clock: FakeClock
  readonly chosen: Chosen
  readonly asked: Asked[]
  readonly invalidated: (Moment & { readonly target: Target })[]
  /** Logouts that began: they wait in the same line. */
  readonly leaving: Moment[]
  /** Logouts by the application. */
  readonly loggedOut: (Moment & {
    readonly credential: Credential
    readonly wasKnown: boolean
    /** Ory said so, rather than that there is nothing to end. */
    readonly hasEnded: boolean
  })[]
  /** 401s that an outage had leave to give to somebody who was live. */
  readonly excused: (Moment & { readonly credential: Credential; readonly wasKnown: boolean })[]
}

/** How long ago a moment is by the clock that has it longer ago. */
export function since(moment: Moment, at: Pick<Moment, 'now' | 'monotonic'>): number {
  return Math.max(at.now - moment.now, at.monotonic - moment.monotonic)
}

export const isBetween = ({ order }: Moment, from: Moment, to: Moment): boolean =>
  from.order < order && order < to.order

export function isAbout(target: Target, { session, ...credential }: Credential): boolean {
  if ('credential' in target) return target.credential.value === credential.value
  return 'session' in target
    ? target.session === session?.id
    : target.identity === session?.identity
}

/** The whoami calls of a credential that had arrived by a moment, oldest first. */
export function arrivedCalls({ ory }: History, credential: Credential, by: Moment): Call[] {
  return ory
    .callsOf(credential)
    .filter(({ route, ended }) => route === 'whoami' && ended && ended.order < by.order)
}

/** The calls that a session may have come with, by the number in it, newest first. */
export function sourcesOf({ ory }: History, credential: Credential, number: number): Call[] {
  return ory
    .callsOf(credential)
    .filter(({ seen, ended }) => seen?.said === 'live' && seen.number === number && ended)
    .reverse()
}

/** Those that arrived since what a request waited for began. */
export function meanwhile(history: History, { credential, from, decided }: Asked): Call[] {
  const calls = arrivedCalls(history, credential, decided!)
  return calls.filter(({ ended }) => ended!.order > from.order)
}

/** The last that was heard of Ory before a request was decided, if anything was. */
export function lastHeard(history: History, asked: Asked): Moment {
  return heard(history, asked).at(-1) ?? asked.arrived
}

/** When something was heard that a request may have been decided by. */
export function heard(history: History, asked: Asked): Moment[] {
  const { arrived, decided } = asked
  const checks = history.ory.calls.filter(
    ({ route, ended }) => route === 'ready' && ended && isBetween(ended, arrived, decided!),
  )
  return [...meanwhile(history, asked), ...checks]
    .map(({ ended }) => ended!)
    .sort((one, other) => one.order - other.order)
}

/**
 * Whether the application must take a credential for that of a known caller. It may where
 * this says no.
 */
export function isSurelyKnown(history: History, credential: Credential, at: Moment): boolean {
  const { ory, asked, chosen, invalidated, loggedOut, excused } = history
  if (chosen.cacheMaxSessions < 100) return false
  const calls = arrivedCalls(history, credential, at)
  const last = calls.findLast(({ seen }) => seen!.said === 'live')
  if (last === undefined) return false
  const launched = launchOf(history, last)
  if (Math.max(since(launched, at), since(last.ended!, at)) >= knownMs) return false
  // If readiness does not notice an outage, a refresh that is refused in it may be believed.
  const isUnseen = !chosen.hasReadiness || ory.database.wasUnseen
  const isOver = ({ isTrue }: Seen): boolean =>
    isTrue || isUnseen || credential.session?.hasEnded === true
  const isLater = ({ order }: Moment): boolean => order > launched.order && order < at.order
  // What is too old by a clock set forth is not known again when that is set back.
  const isTooOld = (moment: Moment): boolean =>
    isLater(moment) && since(launched, moment) >= knownMs
  return !(
    asked.some(({ arrived, decided }) => isTooOld(arrived) || (decided && isTooOld(decided))) ||
    calls.some(({ seen }) => isLater(seen!) && seen!.said === 'refused' && isOver(seen!)) ||
    invalidated.some((one) => isLater(one) && isAbout(one.target, credential)) ||
    // What Ory says of a session that was logged out here is not kept.
    loggedOut.some(
      (one) =>
        isSame(one.credential, credential) &&
        one.order < at.order &&
        (isLater(one) || since(one, last.ended!) < loggedOutMs),
    ) ||
    excused.some((one) => isLater(one) && one.credential === credential)
  )
}

/** Whether it was known when it arrived, and nothing has made it unknown since. */
export function isKnownThroughout(
  { credential, arrived, decided }: Asked,
  history: History,
): boolean {
  return isSurelyKnown(history, credential, arrived) && isSurelyKnown(history, credential, decided!)
}

/** When a question was launched: its call may have waited in line for others. */
export function launchOf({ asked }: History, { credential, began }: Call): Moment {
  const first = asked.find(
    (one) =>
      one.credential === credential &&
      one.arrived.order < began.order &&
      (one.decided === undefined || one.decided.order > began.order),
  )
  return first?.arrived ?? began
}

/** How long a session is refused that the application has logged out, in milliseconds. */
export const loggedOutMs = 60_000
/** How old the readiness may be that an unknown credential is held against, in milliseconds. */
export const readinessMs = 1_000.5
/** How long a caller is known after a 200 at least, in milliseconds. */
const knownMs = 60_000

export function isSame(one: Credential, other: Credential): boolean {
  return one === other || (one.session !== undefined && one.session === other.session)
}

/** All that was asked, for who wonders what happened. */
export function tell({ ory }: History): string {
  return ory.calls
    .map(({ route, credential, began, seen, ended }) => {
      const orders = [began, seen, ended].map((moment) => moment?.order ?? '…').join('-')
      return `${orders} ${route} ${credential?.value ?? ''} ${seen?.said ?? ''}`
    })
    .join('\n')
}
