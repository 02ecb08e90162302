import type { Configuration, Ory } from '../ory.js'
import type { App } from './app.js'

export interface Story {
  readonly title: string
  readonly on: Configuration
  /** What happens, and what the client of the application saw of it. */
  readonly tell: (ory: Ory, app: App) => Promise<(string | number)[]>
  readonly seen: readonly (string | number)[]
}

/** The same route with each of some headers, one after the other. */
export async function each(app: App, path: string, ...headers: Record<string, string>[]) {
  const seen: string[] = []
  for (const one of headers) seen.push(await app.get(path, one))
  return seen
}
