import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer } from './shape.js'

/** One answer of a real Kratos, with what led to it. */
export interface Recording {
  /** The file's name without `.json`. */
  readonly name: string
  readonly note: string
  /** Kratos' settings, by their dotted path. */
  readonly configuration: Readonly<Record<string, unknown>>
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
  }
  readonly response: Answer
}

const folder = join(__dirname, '../fixtures/kratos-recordings')

/** Every recording, by name. */
export const recordings: ReadonlyMap<string, Recording> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.json'.length)
      const text = readFileSync(join(folder, file), 'utf8')
      return [name, { name, ...(JSON.parse(text) as Omit<Recording, 'name'>) }]
    }),
)
