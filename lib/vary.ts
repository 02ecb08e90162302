import type { ServerResponse } from 'node:http'
import type { Source } from './credential/credential.js'

const headerOf: Readonly<Record<Source, string>> = {
  'x-session-token': 'X-Session-Token',
  bearer: 'Authorization',
  cookie: 'Cookie',
}

/** Makes the function that adds the headers which the answer depends on to `Vary` (RFC 9110 §12.5.5). */
export function createVary(sources: readonly Source[]): (response: ServerResponse) => void {
  const names = sources.map((source) => headerOf[source])
  const all = names.join(', ')
  return (response) => {
    const present = response.getHeader('Vary')
    if (present === undefined) {
      response.setHeader('Vary', all)
      return
    }
    const listed = String(present)
      .toLowerCase()
      .split(/\s*,\s*/)
    if (listed.includes('*')) return
    const added = names.filter((name) => !listed.includes(name.toLowerCase()))
    if (added.length > 0) response.setHeader('Vary', [String(present), ...added].join(', '))
  }
}
