import { refuseBadNumber, refuseUnknownKeys } from './fake-validators.js'
import { deliveryFaults } from './write-response.js'
import { answerFaults } from './fault-answer.js'
import type { Fault, FaultOptions } from './fake-fault.js'

const kinds = [
  'none',
  ...Object.keys(deliveryFaults),
  ...Object.keys(answerFaults),
  'database',
  'database-broken',
]

const paths = ['whoami', 'ready', 'logout', 'page', 'all']

/** Refuses a fault that does not exist, with a `TypeError` that says which do. */
export function checkFault(fault: Fault | 'none', options: FaultOptions): void {
  if (typeof fault === 'string' && !kinds.includes(fault)) {
    throw new TypeError(`fault: there is no '${fault}'; there are ${kinds.join(', ')}`)
  }
  const status = typeof fault === 'object' ? fault.status : fault
  if (typeof fault === 'object' || typeof status === 'number') {
    // A 1xx is no answer, and Node refuses to write anything else.
    if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
      throw new TypeError(`fault: expected a status from 200 to 599, got ${String(status)}`)
    }
  }
  refuseUnknownKeys('fault', options, ['times', 'path', 'delayMs'])
  refuseBadNumber('fault: times', options.times, 1)
  refuseBadNumber('fault: delayMs', options.delayMs, 0)
  if (options.path !== undefined && !paths.includes(options.path)) {
    throw new TypeError(`fault: path is one of ${paths.join(', ')}; got '${options.path}'`)
  }
}
