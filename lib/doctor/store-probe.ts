/** What the check of a store needs of one. Each rejects when the store does not answer in time. */
export interface StoreProbe {
  /** Writes a record under a name of its own, reads it, and removes it. Resolves to whether it came back whole. */
  writeAndRead(): Promise<boolean>
  /** Appends to the log of revocations, and reads the log from before. Resolves to whether it was there. */
  appendAndRead(): Promise<boolean>
}
