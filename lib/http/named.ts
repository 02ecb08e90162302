/** Gives a function the name that stack traces and lists of routes show. */
export function named<F extends (...given: never[]) => unknown>(name: string, made: F): F {
  return Object.defineProperty(made, 'name', { value: name })
}
