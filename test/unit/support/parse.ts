import { parseSession } from '../../../lib/session/parse-session.js'

/** Reads a session whose text is that of `body`. */
export const parse = (body: unknown): ReturnType<typeof parseSession> =>
  parseSession(body, JSON.stringify(body))
