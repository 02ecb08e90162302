/** How much time there is. */
export interface PartSettings {
  /** `true`: fewer rounds, for a first look. */
  readonly isShort: boolean
  /** Another build of the package, as `npm pack` wrote it. */
  readonly tarball?: string | undefined
}

/** What a part of the benchmark found. */
export interface Findings {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly {
    readonly name: string
    /** One for each column. */
    readonly values: readonly (number | string)[]
  }[]
}

/** One part of the benchmark. */
export type Part = (settings: PartSettings) => Promise<Findings>
