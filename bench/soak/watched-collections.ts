type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>

/** A Map or a Set, while anybody has it, and where it was made. */
export interface Watched {
  readonly collection: WeakRef<Collection>
  readonly madeAt: string
  /** The function that made it. */
  readonly maker: string | undefined
}

let recording: Watched[] | undefined

/**
 * Runs code, and tells which Maps and Sets were made meanwhile. Those of an instance can't be seen
 * from outside, so this file replaces both by its own; it has to be imported before the
 * package is.
 */
export function watchCollections<T>(make: () => T): { result: T; watched: readonly Watched[] } {
  const watched: Watched[] = []
  recording = watched
  try {
    return { result: make(), watched }
  } finally {
    recording = undefined
  }
}

/** What in the package made a Map, and at which position, whether or not by way of another package. */
function caller(): Pick<Watched, 'madeAt' | 'maker'> {
  const lines = new Error().stack?.split('\n') ?? []
  const line = lines.find(
    (text) => /\/(?:dist\/(?:esm|cjs)|lib)\//.test(text) && !text.includes('node_modules'),
  )
  return {
    madeAt: /(?:esm|cjs|lib)\/(.+?:\d+):\d+/.exec(line ?? '')?.[1] ?? 'elsewhere',
    maker: /^ *at (\w+) /.exec(line ?? '')?.[1],
  }
}

/** The same constructor, prototype and all, that tells of what it makes. */
function watching<T extends MapConstructor | SetConstructor>(constructor: T): T {
  return new Proxy(constructor, {
    construct(target, parameters, newTarget) {
      const made = Reflect.construct(target, parameters, newTarget) as Collection
      recording?.push({ collection: new WeakRef(made), ...caller() })
      return made
    },
  })
}

globalThis.Map = watching(Map)
globalThis.Set = watching(Set)
