import { factsOf } from '../cell.js'
import type { Fault } from '../fault.js'
import { connectingMs, graceMs, timeoutMs } from './deadline.js'
import type { Meeting, Remains } from './outcome.js'
import { isAnswered } from './post.js'
import type { Exchange, Post } from './post.js'
import type { Scene } from './scene.js'
import type { Stage } from './stage.js'
import { elapse, until } from './time.js'

/** Sends the requests of all cells while the fault is there. */
export async function meet(
  fault: Fault,
  { front, hole, scenes, strike }: Stage,
  post: Post,
): Promise<Remains & { readonly meetings: readonly Meeting[] }> {
  const { isSlow = false } = fault
  await Promise.all(scenes.map(async (scene) => prepare(scene, fault)))
  const watches = scenes.map(watch)
  const callsBefore = front.calls.length
  strike()
  const sent = scenes.map((scene) => sendAll(scene, post))
  const all = sent.flat()

  // No time may pass before all are there, nor before those are answered who need not wait.
  await until(() => watches.every(({ arrived }, index) => arrived() === sent[index]!.length))
  const prompt = sent.flatMap((exchanges, index) =>
    isSlow && !factsOf[scenes[index]!.cell.state].isHit ? [] : exchanges,
  )
  await until(() => prompt.every(isAnswered))
  if (isSlow) await post.elapse(timeoutMs + graceMs)
  const isOver = await until(() => all.every(isAnswered) && scenes.every(isIdle))
  // What hangs fails by what it has written down, and must not keep the others from closing.
  if (!isOver) await post.elapse(2 * timeoutMs)
  // An outage has readiness asked in the background. The clocks stand still while that call ends, so
  // that whatever is remembered of the fault cannot expire meanwhile.
  if (isSlow) await elapse(timeoutMs + graceMs, [])
  if (isSlow && fault.arrivals === 0) await post.elapse(connectingMs)
  await until(() => front.spoiled === 0)

  const calls = front.calls.slice(callsBefore)
  return {
    open: front.open,
    spoiled: front.spoiled,
    wasDark: hole?.isDark,
    meetings: scenes.map((scene, index) => ({
      ...watches[index]!.read(),
      users: scene.users,
      exchanges: sent[index]!,
      calls: calls.filter(scene.isOwn),
    })),
  }
}

/** Brings a cell into its state. */
async function prepare(scene: Scene, fault: Fault): Promise<void> {
  const { ageMs } = factsOf[scene.cell.state]
  // Leaves a used connection.
  if (fault.isOnUsed === true) await scene.ask(scene.unknownCaller)
  if (ageMs === undefined) return
  for (const person of scene.users) await scene.ask(person)
  scene.clock.advance(ageMs)
}

function sendAll(scene: Scene, post: Post): Exchange[] {
  const { requestsOfEach } = factsOf[scene.cell.state]
  scene.hold(scene.users.length * requestsOfEach)
  return scene.users.flatMap((person) =>
    Array.from({ length: requestsOfEach }, () => post.send(scene, person)),
  )
}

interface Watch {
  /** How many requests have come to the middleware since. */
  arrived(): number
  read(): Pick<Meeting, 'before' | 'after' | 'handled' | 'errors'>
}

function watch({ ory, site, errors }: Scene): Watch {
  const before = ory.stats()
  const [visits, handled, known] = [site.visits.length, site.handled, errors.length]
  return {
    arrived: () => site.visits.length - visits,
    read: () => ({
      before,
      after: ory.stats(),
      handled: site.handled - handled,
      errors: errors.slice(known),
    }),
  }
}

function isIdle({ ory }: Scene): boolean {
  return ory.stats().inFlight === 0
}
