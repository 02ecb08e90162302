import { beside } from './beside.js'
import { configured } from './configured.js'
import { credentials } from './credentials.js'
import { flows } from './flows.js'
import { life } from './life.js'
import { logout } from './logout.js'

export type { Case } from './case.js'
export const cases = [...credentials, ...life, ...configured, ...beside, ...logout, ...flows]
