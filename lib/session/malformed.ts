/** The error for a field of a session that is not as Ory documents. It names the field, never its value. */
export function malformedField(name: string): TypeError {
  return new TypeError(`whoami: ${name} is missing or not what Ory documents`)
}
