import type { SessionNext } from '../options/options.js'

/**
 * Hands what a hook threw to the application's error handler. Frameworks take `next()` of something
 * falsy for "go on", and Express `next('route')` for "skip": a hook that throws such a thing must
 * not let anybody in.
 */
export function fail(next: SessionNext, thrown: unknown): void {
  const isError = typeof thrown === 'object' && thrown !== null
  next(isError ? thrown : new Error('A hook threw something that is no error', { cause: thrown }))
}
