import type { Clock } from '../shared/clock.js'
import { createCircuit } from './circuit.js'
import type { Circuit } from './circuit.js'
import { Fault } from '../shared/fault.js'
import type { Keeper, Ticket } from './interceptor.js'

/**
 * Answers at once while Ory gives no answers. Credentials that were live moments ago have a circuit
 * of their own, which opens only after three different people found Ory away, so that made-up ones
 * can open none but the circuit of unknown credentials. Any answer closes both, but the refusal of an
 * unknown credential closes its own alone.
 * Rejects with `circuit_open`, and the seconds that are left.
 */
export function createBreaker(clock: Clock): Keeper {
  const known = createCircuit(clock)
  const unknown = createCircuit(clock)

  const circuitOf = ({ recentIdentity }: Ticket): Circuit =>
    recentIdentity === undefined ? unknown : known

  return {
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
      if (isTelling && error.isOutage) circuit.noteOutage(recentIdentity ?? key, signal)
      else circuit.leave(signal, isTelling)
    },
  }
}

/** Whether a fault tells how Ory is. A second look has but what the first one left of the time. */
function tells({ reason, isForWantOfPlace }: Fault, { isSecondLook }: Ticket): boolean {
  return !isForWantOfPlace && !(isSecondLook === true && reason === 'timeout')
}
