/** Pauses of the instance, which a game does not wait out. */
export interface Pauses {
  /** How many have not ended. */
  pending(): number
  /** Lets timers be what they were. */
  restore(): void
}

/** Longer than any pause, and shorter than any deadline, in milliseconds. */
const pauseMs = 1_000

/** Ends each pause of less than a second in the next turn. */
export function shortenPauses(): Pauses {
  const real = globalThis.setTimeout
  let pending = 0
  const shortened = (
    run: (...given: unknown[]) => void,
    ms: number,
    ...given: unknown[]
  ): unknown => {
    if (!(ms < pauseMs)) return real(run, ms, ...given)
    pending += 1
    return setImmediate(() => {
      pending -= 1
      run(...given)
    })
  }
  globalThis.setTimeout = Object.assign(shortened, real) as unknown as typeof setTimeout
  return {
    pending: () => pending,
    restore() {
      globalThis.setTimeout = real
    },
  }
}
