import type { Fault } from '../fault.js'
import type { Area } from '../names.js'
import { body } from './body.js'
import { connection } from './connection.js'
import { exchange } from './exchange.js'
import { framing } from './framing.js'
import { session } from './session.js'
import { status } from './status.js'

/** The matrix: every fault by its name, for each part. */
export const table: Readonly<Record<Area, Readonly<Record<string, Fault>>>> = {
  connection,
  exchange,
  framing,
  status,
  body,
  session,
}
