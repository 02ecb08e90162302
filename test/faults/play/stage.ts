import { createFakeOry } from '../../../lib/testing/index.js'
import { createHandClock } from '../../support/hand-clock.js'
import { authority } from '../network/authority.js'
import { openBlackHole } from '../network/black-hole.js'
import type { BlackHole } from '../network/black-hole.js'
import { cells } from '../cell.js'
import type { Fault } from '../fault.js'
import { startFront } from '../network/front.js'
import type { Front } from '../network/front.js'
import { startNameService } from '../network/name-service.js'
import { createOrigin } from '../network/origin.js'
import { startScene } from './scene.js'
import type { Scene } from './scene.js'
import { trust } from '../network/trust.js'

/** All that a fault is tried with. */
export interface Stage {
  readonly front: Front
  readonly hole: BlackHole | undefined
  /** One for each cell. */
  readonly scenes: readonly Scene[]
  strike(): void
  heal(): void
  /** Closes all but the front. */
  closeScenes(): Promise<void>
  close(): Promise<void>
}

export async function setStage(fault: Fault): Promise<Stage> {
  // Users sign in there; what is asked about them is asked at the front.
  const fake = await createFakeOry({ clock: createHandClock() })
  const names = startNameService()
  const trusted = trust(authority.cert)
  const front = await startFront(fault)
  const at = { host: '127.0.0.2', port: front.port }
  const hole = fault.isBlackHole === true ? await openBlackHole(at) : undefined
  const scenes = await Promise.all(cells.map(async (cell) => startScene(cell, front.url, fake)))
  front.stand(createOrigin(scenes.flatMap(({ users, unknownCaller }) => [...users, unknownCaller])))

  let scenesClosed: Promise<unknown> | undefined
  let allClosed: Promise<unknown> | undefined
  const closeScenes = async (): Promise<void> => {
    await (scenesClosed ??= Promise.all(scenes.map(async (scene) => scene.close())))
  }
  // All at once: one that hangs must not keep the others open.
  const closeAll = async (): Promise<unknown> => {
    names.stop()
    trusted.stop()
    return Promise.all([closeScenes(), front.close(), hole?.close(), fake.close()])
  }
  return {
    front,
    hole,
    scenes,
    strike() {
      if (fault.name !== undefined) names.say(fault.name)
      front.strike()
    },
    heal() {
      names.say('127.0.0.1')
      front.heal()
    },
    closeScenes,
    async close() {
      await (allClosed ??= closeAll())
    },
  }
}
