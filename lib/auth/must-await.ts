import { setupError } from '../shared/error-codes.js'

/** The members of what `authenticate` resolves to. */
const names = ['session', 'error', 'source', 'servedFrom', 'setCookie'] as const

// Of the engine, whichever global `Promise` an application has put there.
const native = Object.getPrototypeOf((async () => Promise.resolve())()) as object

const awaitMissing = Object.create(
  native,
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        get() {
          throw setupError(
            'ERR_ORY_AWAIT_MISSING',
            `\`${name}\` was read from the promise of authenticate(); write \`await ory.authenticate(request)\``,
          )
        },
      },
    ]),
  ),
) as object

/**
 * Makes a promise throw where a member of its result is read from it. Without this, `error` would be
 * `undefined` after a forgotten `await`, and a handler in plain JavaScript would let anybody in.
 */
export function mustAwait<T>(promise: Promise<T>): Promise<T> {
  return Object.setPrototypeOf(promise, awaitMissing) as Promise<T>
}
