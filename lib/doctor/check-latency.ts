import type { Check } from './check.js'
import { askAnonymously } from './questions.js'

const calls = 5

/** How long a question takes, and what the cache makes of that. */
export const latency: Check = {
  name: 'latency',
  async run(subject) {
    const asked = `whoami ${String(calls)} times, one after another`
    const took: number[] = []
    for (let call = 0; call < calls; call += 1) {
      const { reply, ...rest } = await askAnonymously(subject, true)
      if (reply !== undefined && 'tookMs' in rest) took.push(rest.tookMs)
    }
    took.sort((a, b) => a - b)
    const [median, slowest] = [took[Math.floor(took.length / 2)], took.at(-1)]
    if (median === undefined || slowest === undefined) {
      return { outcome: 'unasked', asked, came: 'no answer', means: 'Nothing can be measured.' }
    }
    const lost = calls - took.length
    const came = `median ${show(median)}, slowest ${show(slowest)}${lost > 0 ? `, ${String(lost)} without an answer` : ''}`
    const { cacheTtlMs, timeoutMs } = subject
    const waits =
      cacheTtlMs === 0
        ? 'Each request waits that long, because the cache is off.'
        : `The first request of a session waits that long. Then the cache answers for ${show(cacheTtlMs)}, and is refreshed in the background while the session is in use.`
    if (median > timeoutMs) {
      return {
        outcome: 'wrong',
        asked,
        came,
        means: `Most calls take longer than \`timeoutMs\` (${show(timeoutMs)}), after which users get a 503.`,
        fix: 'Find out what is slow, Ory or the way to it, or raise `timeoutMs` above the slowest call.',
      }
    }
    if (lost > 0 || slowest > timeoutMs / 2) {
      return {
        outcome: 'warning',
        asked,
        came,
        means: `${waits} The slowest call takes more than half of \`timeoutMs\` (${show(timeoutMs)}), after which users get a 503.`,
        fix: 'Bring the application nearer to Ory, or raise `timeoutMs`.',
      }
    }
    return { outcome: 'ok', asked, came, means: waits }
  },
}

function show(ms: number): string {
  if (ms >= 1000) return `${String(Math.round(ms / 100) / 10)} s`
  return `${ms < 10 ? ms.toFixed(1) : String(Math.round(ms))} ms`
}
