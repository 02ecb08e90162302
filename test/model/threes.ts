import type { Call, Moment } from './call.js'
import {
  heard,
  isKnownThroughout,
  isSurelyKnown,
  meanwhile,
  type Asked,
  type History,
} from './history.js'

/** Different users who must meet an outage, or turn 401, before that is believed of Ory. */
export const users = 3
/** How long questions are spared at most after that, with jitter, and how long an outage counts. */
const [sparedMs, countsMs] = [10_000.5, 10_000.5]
/** How long users who turned 401 count, and how long the rule of three then holds. */
const turnedMs = 70_000.5
/** How many moments after a 401 readiness is asked at the latest. */
const turns = 10

const isAway = ({ seen }: Call): boolean => seen?.said === 500 || seen?.said === 'reset'

/** Three of its kind found Ory away, and nobody has had an answer since. */
export function isOutage(asked: Asked, history: History): boolean {
  const { decided } = asked
  return momentsOf(asked, history).some((by) => {
    const away = sinceAnswer(history, by, isAnswer).filter(isAway)
    const [first, last] = [away[0], away.at(-1)]
    if (first === undefined || last === undefined) return false
    const isStillOpen =
      decided!.monotonic - last.ended!.monotonic < sparedMs || isTried(first.ended!, asked, history)
    return (
      isStillOpen &&
      away.some(({ ended: from }) => {
        const all = away.filter(({ ended }) => ended!.monotonic - from!.monotonic < countsMs)
        return countsOf(asked, history).some((count) => count(all) >= users)
      })
    )
  })
}

/** Whether a trial was under way, or in line, while a request waited. */
function isTried(from: Moment, who: Asked, { ory, asked }: History): boolean {
  const { arrived, decided } = who
  const isUnder = (began: Moment, ended: Moment | undefined): boolean =>
    began.order > from.order &&
    began.order < decided!.order &&
    (ended === undefined || ended.order > arrived.order)
  return (
    asked.some((one) => one !== who && isUnder(one.arrived, one.decided)) ||
    ory.calls.some((call) => call.route !== 'ready' && isUnder(call.began, endOf(call, ory)))
  )
}

/** When a call was over: a logout that is refused is held against readiness first. */
function endOf({ route, seen, ended }: Call, { calls }: History['ory']): Moment | undefined {
  if (route !== 'logout' || seen?.said !== 'refused' || ended === undefined) return ended
  const { order } = ended
  const check = calls.find(
    ({ route: other, began }) =>
      other === 'ready' && began.order > order && began.order < order + turns,
  )
  return check === undefined ? ended : check.ended
}

/** When it may have been decided: what is decided is heard of some turns later. */
function momentsOf(asked: Asked, history: History): readonly number[] {
  const all = [asked.arrived, ...heard(history, asked), asked.decided!]
  return all.map(({ order }) => order)
}

/** Who counts for whom: users for those who are known, credentials for those who are not. */
function countsOf(asked: Asked, history: History): readonly ((calls: readonly Call[]) => number)[] {
  const countUsers = (calls: readonly Call[]): number => {
    const names = calls.map(({ credential }) => credential!.session?.identity)
    return new Set(names.filter((name) => name !== undefined)).size
  }
  const countCredentials = (calls: readonly Call[]): number =>
    new Set(calls.map(({ credential }) => credential)).size
  return isKnownThroughout(asked, history) ? [countUsers] : [countUsers, countCredentials]
}

// That somebody unknown is refused says nothing of those who are known.
const isAnswer = ({ seen }: Call): boolean => seen!.said === 'live'

/** The calls for credentials that had arrived by a moment, since the last of a kind had, oldest first. */
function sinceAnswer(
  { ory }: History,
  by: number,
  isLast: (call: Call) => boolean,
): readonly Call[] {
  const orderOf = ({ ended }: Call): number => ended!.order
  const arrived = ory.calls
    .filter((call) => call.credential && call.ended && orderOf(call) <= by)
    .sort((one, other) => orderOf(one) - orderOf(other))
  return arrived.slice(arrived.findLastIndex(isLast) + 1)
}

/** Three identities that were live turned 401, and no known caller was live since: the rule of three. */
export function isSuspicious(asked: Asked, history: History): boolean {
  const { decided } = asked
  if (!meanwhile(history, asked).some(({ seen }) => seen!.said === 'refused')) return false
  return momentsOf(asked, history).some(
    (by) => turnedBy(history, by, decided!.monotonic).length >= users,
  )
}

interface Turned extends Moment {
  readonly identity: string
}

/** Identities that had turned 401 by a moment, each at its first, since a known caller was live. */
export function turnedBy(history: History, by: number, now: number): readonly Turned[] {
  const { ory } = history
  const checks = ory.calls.filter(({ route }) => route === 'ready')
  // A 401 counts once readiness was asked about it.
  const countedAt = ({ seen, ended }: Call): Moment => {
    const { order } = ended!
    const check = checks.find((one) => one.ended && one.ended.order > order)
    const isHeld = seen!.said === 'refused' && check && check.began.order < order + turns
    return isHeld ? check.ended! : ended!
  }
  const events = ory.calls
    .filter(({ route, ended }) => route === 'whoami' && ended)
    .map((call) => ({ call, at: countedAt(call) }))
    .filter(({ at }) => at.order <= by)
    .sort((one, other) => one.at.order - other.at.order)
  let turned: Turned[] = []
  for (const { call, at } of events) {
    const { credential, seen, began } = call
    if (seen!.said === 'live') {
      // Only a call that was asked after the last 401 came says anything of it.
      const isLater = turned.every(({ order }) => order < began.order)
      if (isLater && isSurelyKnown(history, credential!, began)) turned = []
    }
    const identity = credential!.session?.identity
    if (seen!.said !== 'refused' || identity === undefined || now - at.monotonic >= turnedMs)
      continue
    // Only who has been live can turn.
    const wasLive = ory
      .callsOf(credential!)
      .some((one) => one.seen?.said === 'live' && one.began.order < began.order)
    if (!wasLive) continue
    if (turned.some((one) => one.identity === identity)) {
      turned = [...turned.filter((one) => one.identity !== identity), { ...at, identity }]
    } else turned.push({ ...at, identity })
  }
  return turned
}
