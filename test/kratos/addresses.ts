import type { Answer } from '../support/shape.js'

/** What differs between two runs inside of a longer text, and what is left of it. */
const masks: readonly (readonly [pattern: RegExp, mask: string])[] = [
  [/[\w-]+@example\.com/g, '<address>'],
  [/flow=[0-9a-f-]{36}/g, 'flow=<uuid>'],
  // The token against CSRF.
  [/"[\w+/]{86}=="/g, '"<csrf>"'],
]

/** The answer without what is another in every run: addresses, ids of flows, tokens against CSRF. */
export function withoutAddresses(answer: Answer): Answer {
  const body = masks.reduce(
    (text, [pattern, mask]) => text.replace(pattern, mask),
    JSON.stringify(answer.body),
  )
  return { ...answer, body: JSON.parse(body) as unknown }
}
