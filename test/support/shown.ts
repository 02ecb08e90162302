import { inspect } from 'node:util'

/**
 * All that a value shows of itself: to a log, to a debugger that looks into every corner, to code that
 * serialises it, and by its stack and those of its causes.
 */
export function shown(value: unknown): string {
  const options = { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null }
  return [
    inspect(value, options),
    // What a getter says is seen by nobody else.
    inspect(value, { ...options, getters: true }),
    JSON.stringify([value]),
    String(value),
    stackOf(value),
  ].join('\n')
}

/** The parts of secrets, plain or as bytes, that are found in a text. */
export function secretsIn(text: string, secrets: readonly string[]): string[] {
  return secrets
    .flatMap((secret) => [secret.slice(0, 16), secret.slice(-16)])
    .flatMap((part) => [
      part,
      Buffer.from(part).toString('hex'),
      bytesOf(part),
      encodeURIComponent(part),
    ])
    .filter((part) => text.includes(part))
}

/** As a Buffer shows itself. */
function bytesOf(text: string): string {
  return [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function stackOf(value: unknown): string {
  if (!(value instanceof Error)) return ''
  return `${value.stack ?? ''}\n${stackOf(value.cause)}`
}
