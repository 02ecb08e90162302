/** What is thrown where whoami sent no session. It names the field, never its value. */
export function malformed(name: string): TypeError {
  return new TypeError(`whoami: ${name} is missing or not what Ory documents`)
}
