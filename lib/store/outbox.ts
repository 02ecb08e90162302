import type { Clock } from '../shared/clock.js'
import { encodeRevocation, targetsOf } from './revocation.js'
import type { Revocation, Subject } from './revocation.js'
import { storeUnavailable } from './store-error.js'

export interface OutboxSettings {
  readonly seal: (text: string) => string
  /** Appends a sealed entry to the log, and tells whether that went well. */
  readonly write: (sealed: string) => Promise<boolean>
  /** Reads the log from now on, and tells whether that went well. */
  readonly readBack: () => Promise<boolean>
  readonly inTime: (promise: Promise<unknown>, limitMs: number) => Promise<void>
  /** How long a revocation matters: no answer from before it is believed for longer. */
  readonly mattersMs: number
  readonly clock: Clock
}

/** The revocations of this process on their way into the log. */
export interface Outbox {
  /**
   * Appends a revocation, and resolves once this process has read it back, or after two seconds.
   *
   * @throws Error (as a rejection) with the code `store_unavailable`; it is retried for as long as it
   * matters.
   */
  readonly append: (revocation: Revocation) => Promise<void>
  /** Whether a revocation about this is under way: the log does not show it here yet. */
  isUnderWay(subject: Subject): boolean
  /** Whether an entry of the log is one of ours, asked once for each. */
  takeOwn(sealed: string): boolean
  /** Forgets which entries are ours, because the log is read from its start. */
  clearOwn(): void
  close(): void
}

const retryMs = 1_000
/** How long `append` waits to read back what it wrote, in milliseconds. */
const readBackMs = 2_000

export function createOutbox(settings: OutboxSettings): Outbox {
  const { seal, write, readBack, inTime, mattersMs, clock } = settings
  /** How many revocations of a target are under way. */
  const underWay = new Map<string, number>()
  /** Entries of ours that the log has not shown: what they revoke is forgotten here already. */
  const own = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  let isClosed = false

  function distrust(targets: readonly string[]): () => void {
    for (const target of targets) underWay.set(target, (underWay.get(target) ?? 0) + 1)
    return () => {
      for (const target of targets) {
        const count = underWay.get(target) ?? 0
        if (count > 1) underWay.set(target, count - 1)
        else underWay.delete(target)
      }
    }
  }

  /** Works at it once a second until it is done, or until it no longer matters. */
  async function persist(work: () => Promise<boolean>, until: number): Promise<boolean> {
    while (clock.monotonic() < until && !isClosed) {
      if (await work()) return true
      await pause()
    }
    return false
  }

  function pause(): Promise<void> {
    // A write that ends after `close()` must start no timer.
    if (isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resolve()
      }, retryMs).unref()
      timers.add(timer)
    })
  }

  /** Reads the log until it shows the entry: a replica that is behind does not. */
  async function find(sealed: string, until: number): Promise<void> {
    await persist(async () => (await readBack()) && !own.has(sealed), until)
    own.delete(sealed)
  }

  async function retry(sealed: string, until: number): Promise<void> {
    await pause()
    if (await persist(() => write(sealed), until)) await find(sealed, until)
    own.delete(sealed)
  }

  return {
    async append(revocation) {
      const sealed = seal(encodeRevocation({ ...revocation, at: clock.now() }))
      const until = clock.monotonic() + mattersMs
      own.add(sealed)
      const trust = distrust(targetsOf(revocation))
      if (!(await write(sealed))) {
        whenDone(retry(sealed, until), trust)
        throw storeUnavailable()
      }
      // Another process may read it from now on. Here no record is believed until this one has, too.
      const isBack = readBack()
      const isFound = isBack.then(
        async (isGood) => (isGood && !own.has(sealed)) || find(sealed, until),
      )
      whenDone(isFound, trust)
      // Without a limit, a log of many pages or a slow store would hold up the application for minutes.
      await inTime(isBack, readBackMs)
    },
    isUnderWay: (subject) =>
      underWay.size > 0 && targetsOf(subject).some((target) => underWay.has(target)),
    takeOwn: (sealed) => own.delete(sealed),
    clearOwn() {
      own.clear()
    },
    close() {
      isClosed = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

/** Returns trust once work has ended; never if a clock of the application throws, which ends no process. */
function whenDone(work: Promise<unknown>, trust: () => void): void {
  work.then(trust, () => undefined)
}
