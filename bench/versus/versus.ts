import { few, many, measureCrowd, measures } from '../crowd/crowd.js'
import type { CrowdFindings } from '../crowd/crowd-process.js'
import type { Findings, Part } from '../part.js'
import { shuffle } from '../shuffle.js'
import { medianRatio, median } from '../statistics.js'
import { unpack } from './unpack.js'

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
    for (const sessions of [few, many]) {
      const found: Record<Side, CrowdFindings[]> = { other: [], this: [], again: [] }
      for (let round = 0; round < (isShort ? 1 : 5); round += 1) {
        for (const side of shuffle(Object.keys(builds) as Side[])) {
          const build = builds[side]
          found[side].push(
            await measureCrowd(build === undefined ? { sessions } : { sessions, build }),
          )
        }
      }
      for (const { name, of } of measures) {
        const [before, now, again] = [found.other.map(of), found.this.map(of), found.again.map(of)]
        const values = [
          median(before),
          median(now),
          medianRatio(now, before),
          medianRatio(again, now),
        ]
        rows.push({ name: `${String(sessions)} sessions: ${name}`, values })
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
