/** Holds a rule. Said many times over, which `expect` is slow for. */
export function must(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Error(`Broken: ${rule}`)
}
