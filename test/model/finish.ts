import type { Game } from './game.js'
import { must } from '../support/must.js'
import { everybody } from './users.js'

/** Past every pause, and all that is remembered of logouts. */
const longMs = 61_000

/** Past what a refusal takes from the budget of made-up credentials. */
const refillMs = 1_000

/** Ends all that goes wrong, and looks whether everybody is in again who should be. */
export async function finish(game: Game): Promise<void> {
  const { history, users } = game
  const { ory, clock } = history
  Object.assign(ory.database, { isUp: true, isSeen: true })
  ory.weather.trouble = undefined
  await game.catchUp()
  must(
    history.asked.every(({ decision }) => decision !== undefined),
    'every request is decided',
  )
  const advance = (ms: number): void => {
    clock.advance(ms)
    ory.advance(ms)
  }
  advance(longMs)
  const { decision: refusal } = await game.exchange(users.madeUp(0), 'any')
  must(refusal?.error?.code === 'session_invalid', 'who is nobody is refused, once Ory is well')
  for (const slot of everybody) {
    advance(refillMs)
    // Without the 200 of a known caller, an Ory that refuses one after the other looks like an outage.
    users.signIn('dan', 3_600_000)
    await game.exchange(users.credential('dan'), 'any')
    await game.exchange(users.credential('dan'), 'fresh')
    const credential = users.credential(slot)
    const { decision } = await game.exchange(credential, 'any')
    const session = credential.session!
    const isLive = ory.isLive(session) && clock.now() < session.expiresAt
    must(!isLive || decision?.session !== undefined, 'who is live is in, once Ory is well')
    must(
      ory.isLive(session) || decision?.error?.code === 'session_invalid',
      'who is not is refused, once Ory is well',
    )
  }
}
