import { WebSocket } from 'ws'
import type { Random } from '../random.js'
import type { Weather } from '../weather.js'
import type { Guest } from './guest.js'
import { endedEarly, outlived, wrongHandshake } from './oracle.js'
import type { OpenSocket } from './oracle.js'

/** What became of the handshakes and the sockets. */
export type Counts = Record<string, number>

/** All sockets of the guests. */
export interface Visitors {
  readonly counts: Counts
  readonly violations: string[]
  /** Opens a socket, and leaves after a while if it is not ended before. */
  visit(guest: Guest): Promise<void>
  /** The sockets of a session. */
  of(guest: Guest): readonly OpenSocket[]
  /** Complains of what is open, and should not be. */
  inspect(): void
  /** Closes all from this side. */
  leave(): Promise<void>
  size(): number
}

/** Longest that a socket stays if nothing ends it, in milliseconds. */
const longestStayMs = 25_000
/** Longest that a handshake takes unless the machine or Ory is late, in milliseconds. */
const lateMs = 500

export function createVisitors(port: number, weather: Weather, random: Random): Visitors {
  const open = new Map<WebSocket, OpenSocket>()
  const left = new WeakSet<WebSocket>()
  const counts: Counts = {}
  const violations: string[] = []

  function count(what: string): void {
    counts[what] = (counts[what] ?? 0) + 1
  }
  function complain(what: string, { session }: Guest): void {
    violations.push(what)
    console.log(`VIOLATION ${what} (session ${session})`)
  }

  function leaveBy(webSocket: WebSocket): void {
    left.add(webSocket)
    if (random.chance(0.5)) webSocket.terminate()
    else webSocket.close()
  }

  function noteClose(webSocket: WebSocket, socket: OpenSocket, code: number): void {
    open.delete(webSocket)
    if (code === 4_401) {
      count('ended')
      const early = endedEarly(socket, weather, Date.now())
      if (early !== undefined) complain(early, socket.guest)
    } else if (left.has(webSocket)) count('left')
    else complain(`closed with ${String(code)}`, socket.guest)
  }

  return {
    counts,
    violations,
    async visit(guest) {
      const from = Date.now()
      const webSocket = new WebSocket(`ws://127.0.0.1:${String(port)}/`, {
        headers: { 'X-Session-Token': guest.token },
      })
      const socket: OpenSocket = {
        guest,
        isOpen: false,
        invalidated: { from: Infinity, to: Infinity },
      }
      // A reset before the answer is a visit, too.
      const isHasty = random.chance(0.1)
      if (isHasty) {
        left.add(webSocket)
        setTimeout(() => webSocket.terminate(), random.between(0, 20))
      }
      open.set(webSocket, socket)
      webSocket.once('close', (code) => noteClose(webSocket, socket, code))
      await new Promise<void>((resolve) => {
        const judge = (status: number): void => {
          count(String(status))
          // The machine was late, and the deadline of a question to Ory may have passed for that.
          if (Date.now() - from > lateMs) weather.noteLate(0)
          const wrong = wrongHandshake(guest, status, weather, { from, to: Date.now() })
          if (wrong !== undefined) complain(wrong, guest)
          resolve()
        }
        webSocket.once('open', () => {
          socket.isOpen = true
          judge(101)
          setTimeout(() => leaveBy(webSocket), random.between(0, longestStayMs)).unref()
        })
        webSocket.once('unexpected-response', (_request, response) => {
          left.add(webSocket)
          judge(response.statusCode ?? 0)
          webSocket.terminate()
        })
        webSocket.on('error', (error) => {
          if (!left.has(webSocket)) complain(String(error), guest)
          resolve()
        })
      })
    },
    of: (guest) => [...open.values()].filter((socket) => socket.guest === guest),
    inspect() {
      for (const [webSocket, socket] of open) {
        const isOurs = left.has(webSocket) || !socket.isOpen
        const why = isOurs ? undefined : outlived(socket, weather, Date.now())
        if (why === undefined) continue
        complain(why, socket.guest)
        left.add(webSocket)
        webSocket.terminate()
      }
    },
    async leave() {
      for (const webSocket of open.keys()) {
        left.add(webSocket)
        webSocket.terminate()
      }
      while (open.size > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    size: () => open.size,
  }
}
