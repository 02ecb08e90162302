export const credentials = ['cookie', 'token'] as const

export const states = ['cold', 'warm', 'refresh due', 'expired', 'twenty at once'] as const

export const kinds = ['required', 'optional'] as const

/**
 * Optional, and open to nobody while Ory is away; and required, on the way of a dispatcher that the
 * application has given.
 */
export const furtherKinds = ['anonymous', 'given dispatcher'] as const

/** In what circumstances a fault is met. */
export interface Cell {
  readonly credential: (typeof credentials)[number]
  readonly state: (typeof states)[number]
  readonly kind: (typeof kinds)[number] | (typeof furtherKinds)[number]
}

/** All circumstances in which each fault is met. The further kinds differ when all is cold, or never. */
export const cells: readonly Cell[] = credentials.flatMap((credential): Cell[] => [
  ...states.flatMap((state) => kinds.map((kind) => ({ credential, state, kind }))),
  ...furtherKinds.map((kind): Cell => ({ credential, state: 'cold', kind })),
])

/** What a state is made of. */
export interface StateFacts {
  readonly users: number
  readonly requestsOfEach: number
  /** How long ago their sessions came from Ory; `undefined`: never. The TTL is 10 s. */
  readonly ageMs: number | undefined
  /** Whether memory has the answer. */
  readonly isHit: boolean
  /** How often Ory is asked about each of them. */
  readonly questionsOfEach: number
}

export const factsOf: Readonly<Record<Cell['state'], StateFacts>> = {
  cold: { users: 1, requestsOfEach: 1, ageMs: undefined, isHit: false, questionsOfEach: 1 },
  warm: { users: 1, requestsOfEach: 1, ageMs: 0, isHit: true, questionsOfEach: 0 },
  // Asked in the background: nobody waits for it.
  'refresh due': { users: 1, requestsOfEach: 1, ageMs: 8_500, isHit: true, questionsOfEach: 1 },
  expired: { users: 1, requestsOfEach: 1, ageMs: 10_001, isHit: false, questionsOfEach: 1 },
  // As many users as a breaker needs to open, and a few requests of each that share a question.
  'twenty at once': {
    users: 5,
    requestsOfEach: 4,
    ageMs: undefined,
    isHit: false,
    questionsOfEach: 1,
  },
}
