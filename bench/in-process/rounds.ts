import { shuffle } from '../shuffle.js'
import type { Exchange, Exchanges } from './exchange.js'
import type { Subject } from './subject.js'

/** How many requests lie ready when the clock starts. More would be cold memory, not work. */
const batch = 50

/** Nanoseconds per call of each subject, one number a round, in the order of the rounds. */
export type Timings = ReadonlyMap<string, readonly number[]>

/** Calls the subjects in turn, round after round, so that what disturbs one disturbs all. */
export async function runRounds(
  subjects: readonly Subject[],
  exchanges: Exchanges,
  rounds: number,
): Promise<Timings> {
  const timings = new Map<string, number[]>(subjects.map(({ name }) => [name, []]))
  const warmUp = Math.ceil(rounds / 4)
  for (let round = -warmUp; round < rounds; round += 1) {
    // Nobody always follows the same neighbour.
    for (const subject of shuffle(subjects)) {
      const read = await exchanges.open(draw(subject.requests))
      const perCall = time(subject, read)
      await exchanges.close(read)
      if (round >= 0) timings.get(subject.name)!.push(perCall)
    }
  }
  return timings
}

function draw(requests: readonly Buffer[]): Buffer[] {
  return Array.from({ length: batch }, () => requests[Math.floor(Math.random() * requests.length)]!)
}

let passed = 0
const next = (): void => {
  passed += 1
}

function time({ name, call, isPassing }: Subject, read: readonly Exchange[]): number {
  passed = 0
  const start = process.hrtime.bigint()
  for (const { request, response } of read) call(request, response, next)
  const elapsed = process.hrtime.bigint() - start
  if (passed !== (isPassing ? read.length : 0)) throw new Error(`${name} did something else`)
  return Number(elapsed) / read.length
}
