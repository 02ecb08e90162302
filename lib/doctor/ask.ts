import type { Credential } from '../credential/credential.js'
import type { OryClient } from '../ory/ory-client.js'
import type { Reply } from '../ory/response.js'
import { withDeadline } from '../shared/deadline.js'
import { Fault } from '../shared/fault.js'

/** One question to Ory. */
export interface Question {
  readonly method?: 'GET' | 'OPTIONS'
  /** Below Ory's URL. */
  readonly route: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly credential?: Credential | undefined
  /** Asks although the same has been asked. */
  readonly isAgain?: boolean
}

/** What came: an answer, or the reason for none. */
export type Came =
  | { readonly reply: Reply; readonly tookMs: number; readonly fault?: undefined }
  | { readonly fault: Fault; readonly reply?: undefined }

export type Ask = (question: Question) => Promise<Came>

/** Makes the one way by which the checks ask. */
export function createAsk(client: OryClient, timeoutMs: number): Ask {
  const asked = new Map<string, Promise<Came>>()

  async function askNow(question: Question): Promise<Came> {
    const { method = 'GET', route, query = {}, credential } = question
    const headers = { ...question.headers }
    if (credential !== undefined) {
      headers[credential.source === 'cookie' ? 'cookie' : 'x-session-token'] = credential.value
    }
    const search = new URLSearchParams(query).toString()
    const startedAt = performance.now()
    try {
      const reply = await withDeadline(timeoutMs, (signal) =>
        client.send({ method, route, query: search, headers }, signal),
      )
      return { reply, tookMs: performance.now() - startedAt }
    } catch (error) {
      return { fault: error instanceof Fault ? error : new Fault('network') }
    }
  }

  return (question) => {
    const { credential, ...plain } = question
    const key = JSON.stringify({ ...plain, isSigned: credential !== undefined })
    const known = asked.get(key)
    if (known !== undefined && question.isAgain !== true) return known
    const came = askNow(question)
    asked.set(key, came)
    return came
  }
}
