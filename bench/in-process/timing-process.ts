import { serve, settingsOfChild } from '../child.js'
import { createExchanges } from './exchange.js'
import { asExpressDoes } from './express.js'
import { floors } from './floors.js'
import { denials, hits } from './middleware.js'
import { runRounds } from './rounds.js'
import { stages } from './stages.js'
import type { Subject } from './subject.js'

/** What is timed together. */
const groups = { stages, hits, denials } as const

export type GroupName = keyof typeof groups

export interface TimingSettings {
  readonly group: GroupName
  readonly ory: string
  /** `true`: requests come as Express hands them on. */
  readonly isExpress: boolean
}

const { group, ory, isExpress } = settingsOfChild() as TimingSettings
const subjects: readonly Subject[] = [...floors(), ...(await groups[group](ory))]

const tasks = {
  run: async (rounds: number) => {
    const exchanges = createExchanges(isExpress ? asExpressDoes : undefined)
    return [...(await runRounds(subjects, exchanges, rounds))]
  },
}

export type TimingTasks = typeof tasks

serve(tasks)
