/** Who asks. `known`: Ory called this credential live within the last `cacheTtlMs` + 60 s. */
export type Caller =
  { readonly kind: 'known'; readonly identityId: string } | { readonly kind: 'unknown' }

export const unknownCaller: Caller = Object.freeze({ kind: 'unknown' })

/** `identityId`: the identity of a known caller; `undefined` makes the unknown one. */
export function toCaller(identityId: string | undefined): Caller {
  return identityId === undefined ? unknownCaller : { kind: 'known', identityId }
}
