/** The name that a mistaken one most likely stands for: one that holds it, or differs by few letters. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const given = wrong.trim().toLowerCase()
  if (given.length < 2 || given.length > 40) return undefined
  const best = names
    .map((name) => ({ name, cost: costOf(given, name.toLowerCase()) }))
    .reduce((one, other) => (other.cost < one.cost ? other : one), { name: '', cost: Infinity })
  return best.cost <= Math.max(1, given.length / 3) ? best.name : undefined
}

function costOf(given: string, name: string): number {
  // A part of a name, such as `ttl` of `cacheTtlMs`.
  return given.length > 2 && given !== name && name.includes(given) ? 0.5 : distance(given, name)
}

/** Levenshtein's distance: how many letters are added, dropped or changed. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
