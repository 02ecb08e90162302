const mostNotes = 20
const mostUsers = 1_000
const maxLength = 200

/** The notes of users, by identity id, for as long as the process lives. */
export function createNotes(): {
  of(identity: string): readonly string[]
  /** Returns whether the text is one that is taken. */
  add(identity: string, text: unknown): boolean
} {
  const notes = new Map<string, readonly string[]>()
  return {
    of: (identity) => notes.get(identity) ?? [],
    add(identity, text) {
      if (typeof text !== 'string' || text.trim() === '' || text.length > maxLength) return false
      if (notes.size >= mostUsers && !notes.has(identity)) return false
      notes.set(identity, [text, ...(notes.get(identity) ?? [])].slice(0, mostNotes))
      return true
    },
  }
}
