import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import { createDistinctCounter } from './distinct-counter.js'
import type { Interceptor } from './interceptor.js'
import type { OryCall } from './ory-call.js'

/** How many different callers must meet an outage, with no answer between, before a circuit opens. */
const callersToOpen = 3
/** How long an outage that a caller met counts, in milliseconds. */
const countsMs = 10_000
/** How long a circuit stays open at first, and at most, in milliseconds. Each failed trial doubles it. */
const [firstOpenMs, longestOpenMs] = [1_000, 8_000]

/** `'half_open'`: one call is let through to see whether Ory answers again. */
export type CircuitState = 'closed' | 'open' | 'half_open'

/** The circuit breaker of one route, and what it does now. */
export interface CircuitBreaker extends Interceptor {
  state(): { readonly known: CircuitState; readonly unknown: CircuitState }
}

/**
 * Answers at once while Ory gives no answers. Known callers have a circuit of their own, which opens after
 * three different identities found Ory away. Made-up credentials can therefore open only the circuit of
 * unknown callers. Any answer closes both, but the refusal of an unknown caller closes its own alone.
 * Stops a call with `circuit_open`, and the seconds that are left.
 */
export function createCircuitBreaker(clock: Clock): CircuitBreaker {
  const known = createCircuit(clock)
  const unknown = createCircuit(clock)
  const circuitOf = ({ caller }: OryCall): Circuit => (caller.kind === 'known' ? known : unknown)

  return {
    state: () => ({ known: known.state(), unknown: unknown.state() }),
    before(call) {
      const circuit = circuitOf(call)
      const fault = circuit.faultOfNow()
      if (fault === undefined) circuit.enter(call.signal)
      return fault
    },
    onAnswer(call, kind) {
      circuitOf(call).noteAnswer(call.signal)
      // An Ory without its database refuses made-up credentials, too.
      if (call.caller.kind === 'known' || kind !== 'refused') known.close()
      unknown.close()
    },
    onFault(call, error) {
      const { key, caller, signal } = call
      const circuit = circuitOf(call)
      const hasReached = error instanceof Fault && showsState(error, call)
      // A 401 of Ory's failing database came from an Ory that answers.
      if (hasReached && error.isOutage && error.reason !== 'not_ready') {
        circuit.noteOutage(caller.kind === 'known' ? caller.identityId : key, signal)
      } else circuit.leave(signal, hasReached)
    },
  }
}

/** Whether a fault shows how Ory is. A second look has only what the first one left of the time. */
function showsState({ reason, isForWantOfPermit }: Fault, { isSecondLook }: OryCall): boolean {
  return !isForWantOfPermit && !(isSecondLook === true && reason === 'timeout')
}

/** Closed while Ory answers, open while it does not, half-open for one trial after another. */
interface Circuit {
  state(): CircuitState
  /** While it is open, and while a trial is under way: `circuit_open`, with the seconds that are left. */
  faultOfNow(): Fault | undefined
  /** Lets a call pass. If the circuit is not closed that is a trial, whose outcome it waits for. */
  enter(signal: Signal): void
  /** A call met an outage. A trial past its deadline shows nothing of now. */
  noteOutage(caller: string, signal: Signal): void
  /** A call ended by neither an outage nor an answer: whether it reached Ory at all. */
  leave(signal: Signal, hasReached: boolean): void
  /** A call was answered. The same signal may ask again (see the outage guard): that is no trial then. */
  noteAnswer(signal: Signal): void
  /** Ory is well. */
  close(): void
}

function createCircuit(clock: Clock): Circuit {
  /** Callers who met an outage. */
  const failed = createDistinctCounter(countsMs, clock)
  let openMs = 0
  let openUntil = 0
  // The trial's own signal: past its deadline it is over, whether or not a dispatcher says so.
  let trial: Signal | undefined
  /** Trials that have not ended, those past their deadline included. */
  const trials = new WeakSet<Signal>()

  function open(): void {
    failed.clear()
    openMs = Math.min(openMs === 0 ? firstOpenMs : openMs * 2, longestOpenMs)
    // Without jitter all processes of an application would try at the same moment.
    openUntil = clock.monotonic() + openMs * (1 + Math.random() / 4)
  }

  function close(): void {
    failed.clear()
    openMs = 0
    trial = undefined
  }

  const isTried = (): boolean => trial !== undefined && !trial.aborted

  return {
    state() {
      if (openMs === 0) return 'closed'
      return openUntil > clock.monotonic() && !isTried() ? 'open' : 'half_open'
    },
    faultOfNow() {
      if (openMs === 0) return undefined
      const leftMs = openUntil - clock.monotonic()
      if (leftMs <= 0 && !isTried()) return undefined
      return new Fault('circuit_open', '', Math.max(leftMs, 0) / 1000)
    },
    enter(signal) {
      if (openMs === 0) return
      trial = signal
      trials.add(signal)
    },
    noteOutage(caller, signal) {
      if (trials.delete(signal)) {
        if (trial !== signal) return
        // First: a clock of the application that throws in `open` must not leave a trial under way.
        trial = undefined
        open()
      } else if (openMs === 0 && failed.add(caller) >= callersToOpen) open()
    },
    leave(signal, hasReached) {
      trials.delete(signal)
      if (trial !== signal) return
      trial = undefined
      // An invalid response to one client is no outage, and must not keep everybody out.
      if (hasReached) close()
    },
    noteAnswer(signal) {
      trials.delete(signal)
    },
    close,
  }
}
