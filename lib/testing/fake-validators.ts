/** Refuses a key that an options object does not have, which is a misspelt one as a rule. */
export function refuseUnknownKeys(where: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`${where}: there is no option '${key}'; there are ${known.join(', ')}`)
    }
  }
}

/** Refuses what is given and none of these. */
export function refuseOthers(
  where: string,
  value: string | undefined,
  allowed: readonly string[],
): void {
  if (value === undefined || allowed.includes(value)) return
  const list = allowed.map((one) => `'${one}'`).join(' or ')
  throw new TypeError(`${where} is ${list}, got '${value}'`)
}

/** Refuses what is no finite number of at least `least`. */
export function refuseBadNumber(
  where: string,
  value: number | undefined,
  least = Number.NEGATIVE_INFINITY,
): void {
  if (value === undefined) return
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    const bound = least === Number.NEGATIVE_INFINITY ? '' : ` of at least ${least}`
    throw new TypeError(`${where}: expected a finite number${bound}, got ${String(value)}`)
  }
}
