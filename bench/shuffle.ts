/** The same items in an order that is drawn anew. */
export function shuffle<T>(items: readonly T[]): T[] {
  const ordered = items.map((item) => ({ item, order: Math.random() }))
  return ordered.sort((a, b) => a.order - b.order).map(({ item }) => item)
}
