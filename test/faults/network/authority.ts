import { createAuthority } from './certificate.js'
import { oryName } from './name-service.js'

/** Whom this machine trusts. */
export const authority = createAuthority('Trusted authority')

/** Ory's own identity. */
export const oryIdentity = authority.issue({ name: oryName })
