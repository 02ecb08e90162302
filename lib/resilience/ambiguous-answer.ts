import type { Answer } from '../ory/whoami-answer.js'

/** A 401 that may be a failure of Ory's database: its bytes are those of a logged-out user's 401. */
export type AmbiguousAnswer = Answer & { readonly ambiguousSince: number }

export function isAmbiguous(answer: Answer): answer is AmbiguousAnswer {
  return answer.kind === 'refused' && answer.ambiguousSince !== undefined
}
