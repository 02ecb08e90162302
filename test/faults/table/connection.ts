import { authority } from '../network/authority.js'
import { issueSelfSigned, createAuthority } from '../network/certificate.js'
import type { Fault } from '../fault.js'
import { oryName } from '../network/name-service.js'
import type { faultNames } from '../names.js'

/** There is no connection, and a question does not arrive. */
const network = (fault: Partial<Fault>): Fault => ({ reason: 'network', arrivals: 0, ...fault })
/** The same for a mistake of set-up. */
const misconfigured = (fault: Partial<Fault>): Fault =>
  network({ ...fault, reason: 'misconfigured' })
const timeout = (fault: Partial<Fault>): Fault => ({
  reason: 'timeout',
  arrivals: 0,
  isSlow: true,
  ...fault,
})

const unknownCaller = createAuthority('Unknown authority')
const [past, future] = ['20010101000000Z', '99980101000000Z']

export const connection: Readonly<Record<(typeof faultNames)['connection'][number], Fault>> = {
  'DNS: no such name': misconfigured({ name: 'ENOTFOUND' }),
  'DNS: no name server': network({ name: 'EAI_AGAIN' }),
  'DNS: silence': timeout({ name: 'silence' }),
  // Nobody else can have the port there while the front has it, save by binding to that address.
  refused: network({ name: '127.0.0.2' }),
  'SYN black hole': timeout({ name: '127.0.0.2', isBlackHole: true }),
  'accepted and closed': network({ accept: (socket) => socket.end() }),
  'accepted and reset': network({ accept: (socket) => socket.resetAndDestroy() }),
  'TLS: self-signed': misconfigured({
    scheme: 'https',
    identity: issueSelfSigned({ name: oryName }),
  }),
  'TLS: unknown authority': misconfigured({
    scheme: 'https',
    identity: unknownCaller.issue({ name: oryName }),
  }),
  'TLS: expired': misconfigured({
    scheme: 'https',
    identity: authority.issue({ name: oryName, notAfter: past }),
  }),
  'TLS: not valid yet': misconfigured({
    scheme: 'https',
    identity: authority.issue({ name: oryName, notBefore: future }),
  }),
  'TLS: another name': misconfigured({
    scheme: 'https',
    identity: authority.issue({ name: 'elsewhere.test' }),
  }),
  'TLS: silence': timeout({ scheme: 'https', accept: () => undefined }),
  'TLS: no TLS': misconfigured({
    scheme: 'https',
    accept: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  }),
}
