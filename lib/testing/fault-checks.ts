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
  'database-flaky',
  'aal-undeterminable',
]

const paths = ['whoami', 'ready', 'logout', 'page', 'all']

/** Refuses a fault that does not exist, with a `TypeError` that says which do. */
export function checkFault(fault: Fault | 'none', options: FaultOptions, replicas: number): void {
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
  refuseUnknownKeys('fault', options, ['times', 'path', 'delayMs', 'share', 'replica'])
  refuseBadNumber('fault: times', options.times, 1)
  refuseBadNumber('fault: delayMs', options.delayMs, 0)
  refuseBadNumber('fault: share', options.share, 0)
  const { share = 1, replica = 1 } = options
  if (share === 0 || share > 1) {
    throw new TypeError(`fault: share is above 0 and at most 1, got ${share}`)
  }
  if (!Number.isInteger(replica) || replica < 1 || replica > replicas) {
    throw new TypeError(
      `fault: replica is a whole number from 1 to ${replicas}, the fake's 'replicas', got ${String(replica)}`,
    )
  }
  if (options.path !== undefined && !paths.includes(options.path)) {
    throw new TypeError(`fault: path is one of ${paths.join(', ')}; got '${options.path}'`)
  }
}
