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

/** What a check says that got no answer. */
export function findingOfFault(asked: string, fault: Fault): Finding {
  if (fault.setupCause !== undefined) {
    return { outcome: 'wrong', asked, came: fault.message, ...setupAdvice[fault.setupCause] }
  }
  const [means, fix] = faultAdvice[fault.reason] ?? [
    'What came is no answer of Ory.',
    'Try the same address with curl from this machine, and compare it with the Ory Console.',
  ]
  return { outcome: 'unasked', asked, came: fault.message, means, fix }
}
