import type { ServerResponse } from 'node:http'
import type { CredentialSource } from '../credential/credential.js'

const headerOf: Readonly<Record<CredentialSource, string>> = {
  'x-session-token': 'X-Session-Token',
  bearer: 'Authorization',
  cookie: 'Cookie',
}

/** Adds to `Vary` the headers that the answer depends on (RFC 9110 §12.5.5). */
export type Vary = (response: ServerResponse) => void

/** The headers that can hold a credential, by the names that they have in `Vary`. */
export function varyNames(sources: readonly CredentialSource[]): readonly string[] {
  return sources.map((source) => headerOf[source])
}

export function createVary(sources: readonly CredentialSource[]): Vary {
  const names = varyNames(sources)
  const all = names.join(', ')
  return (response) => {
    const present = response.getHeader('vary')
    if (present === undefined) {
      // Node looks headers up by their lower-case names, and would make those anew each time.
      response.setHeader('vary', all)
      return
    }
    const listed = String(present)
      .toLowerCase()
      .split(/\s*,\s*/)
    if (listed.includes('*')) return
    const added = names.filter((name) => !listed.includes(name.toLowerCase()))
    if (added.length > 0) response.setHeader('vary', [String(present), ...added].join(', '))
  }
}
