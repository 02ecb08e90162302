/** The values of every cookie of that name, in order, read by the rules of Go's net/http. */
export function cookiesNamed(name: string, headers: readonly string[]): string[] {
  const values: string[] = []
  for (const pair of headers.flatMap((header) => header.split(';')).map(trim)) {
    const equals = pair.indexOf('=')
    // Go counts a name alone as a cookie with an empty value.
    const end = equals === -1 ? pair.length : equals
    if (trim(pair.slice(0, end)) !== name) continue
    // A blank behind the `=` belongs to the value.
    const value = pair.slice(end + 1).replace(/^"(.*)"$/s, '$1')
    // Go leaves out a cookie with any other byte, as if it had not come.
    if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(value)) values.push(value)
  }
  return values
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}
