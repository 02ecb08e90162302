import { inspect } from 'node:util'
import { expect } from '@jest/globals'

/** Fails where a secret, or a good part of it, can be found in what a value shows of itself. */
export function expectNoSecret(value: unknown, secrets: readonly string[]): void {
  const shown = `${inspect(value, { depth: 10, showHidden: true })}\n${JSON.stringify([value])}\n${stackOf(value)}`
  for (const secret of secrets) {
    for (const part of [secret.slice(0, 16), secret.slice(-16)]) expect(shown).not.toContain(part)
  }
}

function stackOf(value: unknown): string {
  if (!(value instanceof Error)) return ''
  return `${value.stack ?? ''}\n${stackOf(value.cause)}`
}
