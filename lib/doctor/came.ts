import { setupAdvice } from '../shared/setup-cause.js'
import type { Fault } from '../shared/fault.js'
import type { Reply } from '../ory/response.js'
import type { Finding } from './check.js'

/** A URL as a line shows it: without user, query and fragment, which can hold secrets. */
export function showUrl(text: string, base: URL): string {
  if (!URL.canParse(text, base.href)) return 'an address that is no URL'
  const { origin, pathname } = new URL(text, base)
  return `${origin}${pathname.slice(0, 100)}`
}

/** An answer in a few words, none of them from its body. */
export function showReply({ status, headers }: Reply, base: URL): string {
  const { location } = headers
  if (typeof location === 'string') return `${String(status)} to ${showUrl(location, base)}`
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(String(headers['content-type']))?.[0]
  return type === undefined ? String(status) : `${String(status)}, ${type}`
}

const faultAdvice: Readonly<Record<string, readonly [means: string, fix: string]>> = {
  timeout: [
    'Nothing answers in time: a firewall drops the packets, or Ory is overloaded.',
    'Try the same address with curl from this machine; look at firewalls, security groups and proxies.',
  ],
  network: [
    'No connection comes about, or it breaks: nothing listens at this port, or a proxy is needed.',
    'Start Ory, or put the host and port right in `url`; behind a proxy pass `dispatcher: new EnvHttpProxyAgent()` of undici 7.',
  ],
}

const noOry = [
  'What came is no answer of Ory.',
  'Try the same address with curl from this machine, and compare it with the Ory Console.',
] as const
const curl = 'Try the same address with curl from this machine; look at firewalls and proxies.'

/** What the code of a broken connection, or the words of a fault, say more. */
const detailAdvice: readonly (readonly [detail: RegExp, means: string, fix: string])[] = [
  [
    /^EAI_AGAIN$/,
    'The name service does not answer, so the host is not found.',
    'Look at the name service of this machine (/etc/resolv.conf, or the DNS of the container).',
  ],
  [/^E(?:HOST|NET)UNREACH$/, 'No route leads to this host.', curl],
  [
    /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/,
    'Something listens here, and closes the connection without an answer: it speaks no HTTP, it asks for a client certificate, or a firewall breaks in.',
    'Put the port right in `url`. If Ory asks for a client certificate, pass `dispatcher: new Pool(origin, { connect: { cert, key } })` of undici 7.',
  ],
  [
    /^(?:unknown$|HPE_)/,
    'Something listens here that speaks no HTTP.',
    'Put the host and port right in `url`.',
  ],
  [
    /^encoded body$/,
    'The answer is compressed although it was asked for as it is: a proxy in front of Ory does that. Users get a 503.',
    'Turn compression off for /sessions/whoami in that proxy.',
  ],
]

/** What a check says that got no answer. */
export function findingOfFault(asked: string, fault: Fault): Finding {
  if (fault.setupCause !== undefined) {
    return { outcome: 'wrong', asked, came: fault.message, ...setupAdvice[fault.setupCause] }
  }
  const [, means, fix] = detailAdvice.find(([detail]) => detail.test(fault.detail)) ?? [
    undefined,
    ...(faultAdvice[fault.reason] ?? noOry),
  ]
  return { outcome: 'unasked', asked, came: fault.message, means, fix }
}
