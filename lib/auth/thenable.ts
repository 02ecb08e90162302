/** Whether a hook that should have answered at once returned a promise, whosever it is. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}
