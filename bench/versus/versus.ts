import { few, many, measureSessions, measures } from '../sessions/sessions.js'
import type { SessionsFindings } from '../sessions/sessions-process.js'
import type { Findings, Part } from '../part.js'
import { shuffle } from '../shuffle.js'
import { medianRatio, median } from '../statistics.js'
import { measureHitsOverHttp } from './hits-over-http.js'
import { copyThisBuild, unpack } from './unpack.js'

type Side = 'other' | 'this' | 'again'

/**
 * Two builds over the same subjects, in turn. The second process of this build is the noise: a ratio that is
 * not clearly further from 1 than that says nothing.
 */
export const versus: Part = async ({ isShort, tarball }) => {
  if (tarball === undefined)
    throw new TypeError('Name a tarball: npm run bench -- versus <tarball>')
  const other = unpack(tarball)
  const builds: Readonly<Record<Side, string | undefined>> = {
    other: other.url,
    this: undefined,
    again: undefined,
  }
  const rows: Findings['rows'][number][] = []
  try {
    rows.push(...(await compareHits(other.url, isShort)))
    for (const sessions of [few, many]) {
      const found: Record<Side, SessionsFindings[]> = { other: [], this: [], again: [] }
      for (let round = 0; round < (isShort ? 1 : 5); round += 1) {
        for (const side of shuffle(Object.keys(builds) as Side[])) {
          const build = builds[side]
          found[side].push(
            await measureSessions(build === undefined ? { sessions } : { sessions, build }),
          )
        }
      }
      for (const { name, of } of measures) {
        const sides = {
          other: found.other.map(of),
          this: found.this.map(of),
          again: found.again.map(of),
        }
        rows.push(rowOf(`${String(sessions)} sessions: ${name}`, sides))
      }
    }
  } finally {
    other.remove()
  }
  return {
    title: `This build versus ${tarball}`,
    columns: ['other', 'this', 'this / other', 'this, again / this'],
    rows,
  }
}

/** What a hit adds to a request over HTTP, by each build. */
async function compareHits(other: string, isShort: boolean): Promise<Findings['rows'][number][]> {
  const again = copyThisBuild()
  const builds = { other, this: 'express-ory-session', again: again.url }
  const plan = { warmUpRounds: 30, rounds: isShort ? 40 : 100, requests: 320 }
  try {
    const { addedUs, speed } = await measureHitsOverHttp(builds, isShort ? 1 : 4, plan)
    return [
      rowOf('CPU that a hit adds over HTTP, µs', addedUs),
      rowOf('requests/s of hits beside no guard', speed),
    ]
  } finally {
    again.remove()
  }
}

/** One number for each round of each side. */
function rowOf(
  name: string,
  of: Readonly<Record<Side, readonly number[]>>,
): Findings['rows'][number] {
  const ratios = [medianRatio(of.this, of.other), medianRatio(of.again, of.this)]
  return { name, values: [median(of.other), median(of.this), ...ratios] }
}
