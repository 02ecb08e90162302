import type { Visit } from './visit.js'

/** What came back. */
export interface Reply {
  readonly status: number
  /** By lower-case name; of several of one name the last. */
  readonly headers: Readonly<Record<string, string>>
  readonly setCookie: readonly string[]
  readonly text: string
  readonly sentAt: number
  readonly receivedAt: number
}

/** A client of one application. */
export interface Client {
  /** Sends requests at once, on one connection. Each rejects where no reply comes in time. */
  send(visits: readonly Visit[]): readonly Promise<Reply>[]
  /** Sends requests at once, and goes away a little later, whether or not they were answered. */
  leave(visits: readonly Visit[], afterMs: number): Promise<void>
  close(): void
}

/** Longest that a reply may take, in milliseconds: more than any deadline, on a busy machine. */
const patienceMs = 20_000

/** A promise of a reply that is given up in the end. */
export function inTime(
  work: (settle: (reply: Reply) => void, fail: (error: Error) => void) => void,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), patienceMs)
    const done = (): void => clearTimeout(timer)
    work(
      (reply) => {
        done()
        resolve(reply)
      },
      (error) => {
        done()
        reject(error)
      },
    )
  })
}
