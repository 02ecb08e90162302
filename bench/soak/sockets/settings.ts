/** How often Ory is asked about a socket, in milliseconds. */
export const everyMs = 3_000
/** Longest that a busy machine may take to do at once what is due, in milliseconds. */
export const slackMs = 2_000

/** The instance of the application. */
export const instance = {
  timeoutMs: 1_500,
  connections: 20,
  cacheTtlMs: 1_000,
  refusalTtlMs: 500,
}
/** Longest that a handshake may be let in after the end of its session, in milliseconds. */
export const lagMs = instance.cacheTtlMs + instance.timeoutMs
/** Longest that nobody can tell the end of several sessions from an outage, in milliseconds. */
export const doubtMs = 10_000
