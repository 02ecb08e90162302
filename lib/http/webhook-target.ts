import type { SessionInvalidateTarget } from '../auth/invalidate.js'

const nobody = '00000000-0000-0000-0000-000000000000'
/** Longest id, in characters; Ory's have 36. */
const maxLength = 128

/** Whom a hook's body names, or what is wrong with it. Nothing of the body is repeated. */
export function readTarget(body: unknown): SessionInvalidateTarget | { readonly detail: string } {
  const expected = 'The body must be { "identity": id } or { "session": id }, and nothing else.'
  if (typeof body !== 'object' || body === null) return { detail: expected }
  const [[kind, id] = ['', undefined], ...others] = Object.entries(body) as [string, unknown][]
  const isId = typeof id === 'string' && id !== '' && id.length <= maxLength
  if (others.length > 0 || !isId || (kind !== 'identity' && kind !== 'session')) {
    return { detail: expected }
  }
  if (id === nobody) {
    return {
      detail:
        'The id is all zeros: in the hook of a first login there is no session yet. Send { "identity": ctx.identity.id }.',
    }
  }
  return kind === 'session' ? { session: id } : { identity: id }
}
