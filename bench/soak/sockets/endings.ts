import type { Child } from '../../child.js'
import type { OryTasks } from '../ory-process.js'
import { timed } from '../users.js'
import type { Random } from '../random.js'
import type { SocketAppTasks } from './app-process.js'
import type { Guest } from './guest.js'
import type { Visitors } from './visitors.js'

interface EndingsParts {
  readonly ory: Child<OryTasks>
  readonly app: Child<SocketAppTasks>
  readonly port: number
  readonly visitors: Visitors
  readonly random: Random
}

/** Nobody extends a session that is about to expire: which came first would not be known. */
const leastLeftMs = 1_500

/** Ends sessions, or makes them last longer, in all ways that there are. Returns which it was. */
export function createEndings({ ory, app, port, visitors, random }: EndingsParts) {
  /** Does what ends the sockets of a guest at once, if it succeeds. */
  async function endAtOnce(guest: Guest, work: () => Promise<boolean>): Promise<boolean> {
    const sockets = visitors.of(guest)
    const from = Date.now()
    for (const socket of sockets) {
      const { invalidated } = socket
      socket.invalidated = { from: Math.min(invalidated.from, from), to: Infinity }
    }
    // A handshake that is under way may come after it, and be right.
    const open = sockets.filter(({ isOpen }) => isOpen)
    const isDone = await work()
    if (isDone) for (const { invalidated } of open) invalidated.to = Date.now()
    return isDone
  }

  const ways = {
    async revoke(guest: Guest): Promise<void> {
      guest.staysAway = random.chance(0.7)
      guest.ended = { from: Date.now(), to: Infinity }
      const { span } = await timed(async () => ory.ask('revoke', guest.session))
      guest.ended = span
    },
    async extend(guest: Guest): Promise<void> {
      const { from: was } = guest.expires
      if (was - Date.now() < leastLeftMs) return
      const byMs = Math.floor(random.between(3_000, 20_000))
      guest.expires = { from: was, to: Infinity }
      const expiresAt = await ory.ask('extend', { session: guest.session, byMs })
      guest.extended.push(was)
      // On a late machine the session may have been over for a moment.
      guest.expires = { from: Date.now() < was ? expiresAt : was, to: expiresAt }
    },
    async invalidate(guest: Guest): Promise<void> {
      await endAtOnce(guest, async () => {
        await app.ask('invalidate', guest.session)
        return true
      })
    },
    async logout(guest: Guest): Promise<void> {
      const from = Date.now()
      guest.ended = { from, to: Infinity }
      const isDone = await endAtOnce(guest, async () => {
        const answer = await fetch(`http://127.0.0.1:${String(port)}/logout`, {
          method: 'POST',
          headers: { 'X-Session-Token': guest.token },
        })
        return answer.ok
      })
      // A logout that failed may have reached Ory.
      if (isDone) guest.ended = { from, to: Date.now() }
    },
  }

  return async (guest: Guest): Promise<string> => {
    const way = random.weighted({ revoke: 3, extend: 3, invalidate: 2, logout: 2 })
    await ways[way](guest)
    return way
  }
}
