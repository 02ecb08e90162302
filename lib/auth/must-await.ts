import { setupError } from '../shared/error-codes.js'

// The engine's own prototype, because an application may have replaced the global `Promise`.
const native = Object.getPrototypeOf((async () => Promise.resolve())()) as object

/**
 * Makes a function that marks promises: to read one of `names` from a marked promise throws. Without this,
 * a forgotten `await` would make `error` `undefined`, and a handler in plain JavaScript would let every
 * request in.
 *
 * `call`: the call that returns the promise, for the message.
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
