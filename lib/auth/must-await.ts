import { setupError } from '../shared/error-codes.js'

// Of the engine, whichever global `Promise` an application has put there.
const native = Object.getPrototypeOf((async () => Promise.resolve())()) as object

/**
 * Makes what lets promises throw where a member of their result is read from them. Without this, `error`
 * would be `undefined` after a forgotten `await`, and a handler in plain JavaScript would let anybody in.
 *
 * `names`: the members of a result. `call`: what gives the promise, as the message says it.
 */
export function createMustAwait(
  names: readonly string[],
  call: string,
): <T>(promise: Promise<T>) => Promise<T> {
  const traps = names.map((name) => {
    const get = (): never => {
      throw awaitMissing(`\`${name}\` was read from the promise of ${call}`, call)
    }
    return [name, { get }] as const
  })
  const awaitFirst = Object.create(native, Object.fromEntries(traps)) as object
  return <T>(promise: Promise<T>) => Object.setPrototypeOf(promise, awaitFirst) as Promise<T>
}

/** The error for a promise that was used as if it were its result. */
export function awaitMissing(mistake: string, call: string): TypeError {
  return setupError('ERR_ORY_AWAIT_MISSING', `${mistake}; write \`await ${call}\``)
}
