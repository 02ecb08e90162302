import type { Clock } from '../clock.js'
import { createCircuit } from './circuit.js'
import { Fault } from './fault.js'
import type { Gate } from './gate.js'

/**
 * Answers at once while Ory gives no answers. Credentials that were live moments ago have a circuit
 * of their own, which three different people must have found Ory away to open: whoever sends
 * made-up credentials opens none but that of unknown ones. Any answer closes both, but for a refusal
 * of an unknown one, which closes its own.
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
