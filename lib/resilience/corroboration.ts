/** How long a 401 waits at most, in milliseconds. */
const longestMs = 250
/** Bounds of a pause between two looks, in milliseconds. */
const [shortestPauseMs, longestPauseMs] = [30, 150]
/** All of that is no more than this share of the time that a call has. */
const share = 1 / 8

/** Lets a 401 for a known caller wait for others: for one that turns 401 as well, or one that is live. */
export interface Corroboration {
  /**
   * Waits a fraction of a second. `asked`: the number of the latest call. If `maySpeakFor` says so, a 200
   * for another known caller that was asked after that ends the wait.
   */
  wait(identityId: string, asked: number, maySpeakFor: () => boolean): Promise<void>
  /** The call with this number found a known caller live. */
  noteLive(identityId: string, number: number): void
  /** Ends every wait. */
  endAll(): void
  /** Waits a random moment, so that calls which failed at once do not meet again. */
  pause(): Promise<void>
}

interface Waiting {
  readonly identityId: string
  readonly asked: number
  readonly maySpeakFor: () => boolean
  end(): void
}

/** `timeoutMs`: how long a call may take, all looks included. */
export function createCorroboration(timeoutMs: number): Corroboration {
  const mostMs = timeoutMs * share
  const all = new Set<Waiting>()

  return {
    wait(identityId, asked, maySpeakFor) {
      return new Promise((resolve) => {
        const waiting: Waiting = {
          identityId,
          asked,
          maySpeakFor,
          end() {
            clearTimeout(timer)
            all.delete(waiting)
            resolve()
          },
        }
        const timer = setTimeout(waiting.end, Math.min(longestMs, mostMs))
        all.add(waiting)
      })
    },
    noteLive(identityId, number) {
      for (const waiting of all) {
        const isOfAnother = waiting.identityId !== identityId
        if (isOfAnother && number > waiting.asked && waiting.maySpeakFor()) waiting.end()
      }
    },
    endAll() {
      for (const waiting of all) waiting.end()
    },
    pause() {
      const ms = shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs)
      return new Promise((resolve) => {
        setTimeout(resolve, Math.min(ms, mostMs))
      })
    },
  }
}
