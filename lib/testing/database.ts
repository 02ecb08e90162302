/** The database behind the fake. */
export interface Database {
  readonly isRunning: boolean
  /**
   * Stops it. Whoami then answers everybody with the 401 of somebody logged out, `/health/ready` is
   * 503 and `/health/alive` 200, as with Kratos.
   */
  stop(): void
  /** Starts it again, with everything that was in it. */
  start(): void
}

/**
 * What a request finds: all well; no database; one that fails to find any session (`broken`); or one
 * that finds the session and fails to read the credentials of its identity (`half-broken`).
 */
export type DatabaseState = 'running' | 'stopped' | 'broken' | 'half-broken'

export function createDatabase(): Database {
  let isRunning = true
  return {
    get isRunning() {
      return isRunning
    },
    stop: () => void (isRunning = false),
    start: () => void (isRunning = true),
  }
}
