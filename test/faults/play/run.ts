import type { Fault } from '../fault.js'
import { countSockets } from '../network/sockets.js'
import { meet } from './meet.js'
import type { Run } from './outcome.js'
import { createPost } from './post.js'
import { recover } from './recover.js'
import { setStage } from './stage.js'
import { inPatience, until } from './time.js'

/** Meets a fault in all cells at once, and gets over it. */
export async function runFault(fault: Fault): Promise<Run> {
  const before = countSockets()
  const stage = await setStage(fault)
  try {
    const post = createPost(stage.scenes)
    const { meetings, ...remains } = await meet(fault, stage, post)
    const recoveries = await recover(fault, stage, post)
    await inPatience(stage.closeScenes())
    await until(() => stage.front.open === 0)
    const openAtLast = stage.front.open
    await stage.close()
    await until(() => countSockets() <= before)
    return {
      ...remains,
      outcomes: meetings.map((meeting, index) => ({ ...meeting, ...recoveries[index]! })),
      openAtLast,
      held: { before, after: countSockets() },
    }
  } finally {
    await inPatience(stage.close())
  }
}
