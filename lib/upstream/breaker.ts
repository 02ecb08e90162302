import type { Clock } from '../clock.js'
import { createCircuit } from './circuit.js'
import { Fault } from './fault.js'
import type { Gate } from './gate.js'

/**
 * Answers at once while Ory gives no answers. Credentials that were live moments ago have a circuit
 * of their own, which opens only after three different people found Ory away, so that made-up ones
 * can open none but the circuit of unknown credentials. Any answer closes both, but the refusal of an
 * unknown credential closes its own alone.
 *
 * @throws Fault `circuit_open`, with the seconds that are left
 */
export function createBreaker(clock: Clock): Gate {
  const known = createCircuit(clock)
  const unknown = createCircuit(clock)

  return (ask) => (question) => {
    const { key, recentIdentity, signal } = question
    const circuit = recentIdentity === undefined ? unknown : known
    const fault = circuit.faultOfNow()
    if (fault !== undefined) return Promise.reject(fault)
    const isTrial = circuit.enter(signal)
    return ask(question).then(
      (answer) => {
        // A made-up credential may be refused by an Ory that can tell nobody's session.
        if (recentIdentity !== undefined || answer.kind !== 'refused') known.close()
        unknown.close()
        return answer
      },
      (error: unknown) => {
        if (error instanceof Fault && error.isOutage) {
          circuit.noteOutage(recentIdentity ?? key, isTrial, signal)
        } else {
          circuit.leave(signal, !(error instanceof Fault) || !error.isForWantOfPlace)
        }
        throw error
      },
    )
  }
}
