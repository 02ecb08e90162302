import type { SignedIn } from '../../lib/testing/index.js'
import { byToken } from './world.js'
import type { Headers, Scene, SceneOptions, World } from './world.js'

/** Known callers whose sessions are not in memory any more. */
export async function startWithUsers(
  world: World,
  count: number,
  options: SceneOptions = {},
): Promise<[Scene, SignedIn[]]> {
  const scene = await world.start(options)
  const users = Array.from({ length: count }, () => scene.fake.signIn())
  for (const person of users) await scene.get(byToken(person)).expect(200)
  scene.clock.advance(10_001)
  scene.fake.calls.reset()
  return [scene, users]
}

/** Sends one request after the other, and tells how each was answered. */
export async function statusesOf({ get }: Scene, all: readonly Headers[]): Promise<number[]> {
  const statuses = []
  for (const headers of all) statuses.push((await get(headers)).status)
  return statuses
}
