/** The Ory behind the API: a fake one, or that of `ORY_SDK_URL`. */
export interface Backend {
  readonly url: string
  /** What to try, once the API is there. */
  guide(api: string): string
  close(): Promise<void>
}
