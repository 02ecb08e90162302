/** What is revoked everywhere: a session, all sessions of an identity, or a credential by its records. */
export interface Revocation {
  readonly session?: string | undefined
  readonly identity?: string | undefined
  /** The names of the records of one credential, one for each secret of the process that revoked it. */
  readonly records?: readonly string[] | undefined
  /** By a logout: the session is refused for a minute, whatever Ory says. */
  readonly isLogout?: boolean | undefined
  /** When it was revoked, on the wall clock of the process that did it. */
  readonly at?: number | undefined
}

/** Whom a record is about. */
export interface Subject {
  readonly session: string
  readonly identity: string
  readonly records: readonly string[]
}

/** The text of a revocation in the log. */
export function encodeRevocation({ session, identity, records, isLogout, at }: Revocation): string {
  return JSON.stringify({ session, identity, records, isLogout, at })
}

/** `undefined` for a text that is none, such as the first entry of a log. */
export function decodeRevocation(text: string): Revocation | undefined {
  const fields = JSON.parse(text) as Revocation
  return targetsOf(fields).length === 0 ? undefined : fields
}

/** The names under which a revocation is remembered, which no two kinds share. */
export function targetsOf({ session, identity, records = [] }: Revocation): string[] {
  const targets = records.map((name) => `record ${name}`)
  if (session !== undefined) targets.push(`session ${session}`)
  if (identity !== undefined) targets.push(`identity ${identity}`)
  return targets
}
