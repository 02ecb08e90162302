/** The deadline of a question: the default of `timeoutMs`. */
export const timeoutMs = 2_000

/** How long after it the answer has to be there at the latest. */
export const graceMs = 100

/** How much longer undici may go on connecting for nobody. */
export const connectingMs = 1_500
