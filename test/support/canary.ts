import { expect } from '@jest/globals'
import { secretsIn, shown } from './shown.js'

/** Fails where a secret, or a good part of it, can be found in what a value shows of itself. */
export function expectNoSecret(value: unknown, secrets: readonly string[]): void {
  expect(secretsIn(shown(value), secrets)).toEqual([])
}
