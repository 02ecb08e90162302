/** What is thrown where a field of a session is not as it should be. It names the field, never its value. */
export function malformedField(name: string): TypeError {
  return new TypeError(`whoami: ${name} is missing or not what Ory documents`)
}
