import type { Clock } from '../shared/clock.js'
import { createCircuit } from './circuit.js'
import type { Circuit, CircuitState } from './circuit.js'
import { Fault } from '../shared/fault.js'
import type { Keeper, Ticket } from './interceptor.js'

/** The breaker, and what it is doing now. */
export interface CircuitBreaker extends Keeper {
  state(): { readonly known: CircuitState; readonly unknown: CircuitState }
}

/**
 * Answers at once while Ory gives no answers. Credentials that were live moments ago have a circuit
 * of their own, which opens only after three different people found Ory away, so that made-up ones
 * can open none but the circuit of unknown credentials. Any answer closes both, but the refusal of an
 * unknown credential closes its own alone.
 * Rejects with `circuit_open`, and the seconds that are left.
 */
export function createBreaker(clock: Clock): CircuitBreaker {
  const known = createCircuit(clock)
  const unknown = createCircuit(clock)

  const circuitOf = ({ recentIdentity }: Ticket): Circuit =>
    recentIdentity === undefined ? unknown : known

  return {
    state: () => ({ known: known.state(), unknown: unknown.state() }),
    admit(ticket) {
      const circuit = circuitOf(ticket)
      const fault = circuit.faultOfNow()
      if (fault === undefined) circuit.enter(ticket.signal)
      return fault
    },
    noteAnswer(ticket, kind) {
      circuitOf(ticket).noteAnswer(ticket.signal)
      // A made-up credential may be refused by an Ory that can tell nobody's session.
      if (ticket.recentIdentity !== undefined || kind !== 'refused') known.close()
      unknown.close()
    },
    noteFault(ticket, error) {
      const { key, recentIdentity, signal } = ticket
      const circuit = circuitOf(ticket)
      const isTelling = error instanceof Fault && tells(error, ticket)
      if (isTelling && isSilence(error)) circuit.noteOutage(recentIdentity ?? key, signal)
      else circuit.leave(signal, isTelling)
    },
  }
}

/** Whether Ory gave no answer. One that says it is not ready has answered, and may be asked again. */
function isSilence({ isOutage, reason }: Fault): boolean {
  return isOutage && reason !== 'not_ready'
}

/** Whether a fault tells how Ory is. A second look has but what the first one left of the time. */
function tells({ reason, isForWantOfPlace }: Fault, { isSecondLook }: Ticket): boolean {
  return !isForWantOfPlace && !(isSecondLook === true && reason === 'timeout')
}
