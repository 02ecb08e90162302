import { createMemoryStore } from 'express-ory-session/testing'
import type { SessionStore } from 'express-ory-session'

/** A store that keeps no record, so that what is measured in its process is the package alone. */
export function createForgetfulStore(): SessionStore {
  return { ...createMemoryStore(), set: () => Promise.resolve() }
}
