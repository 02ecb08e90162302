import type { Check } from './check.js'
import { askAnonymously } from './questions.js'

const [warnSeconds, wrongSeconds] = [5, 60]

/** Whether this machine and Ory agree on the time. */
export const clock: Check = {
  name: 'clock',
  async run(subject) {
    const asked = 'the header Date of an answer, beside the clock of this machine'
    const came = await askAnonymously(subject, true)
    const now = Date.now()
    const date = came.reply?.headers['date']
    const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN
    if (came.reply === undefined || Number.isNaN(theirs)) {
      return {
        outcome: 'skipped',
        asked,
        came: 'no date',
        means: 'The clocks cannot be compared.',
      }
    }
    // Date has whole seconds, and was written at some time during the call.
    const [earliest, latest] = [now - came.tookMs - 1000, now]
    const offMs = theirs < earliest ? theirs - earliest : Math.max(theirs - latest, 0)
    const seconds = Math.round(Math.abs(offMs) / 1000)
    const shown =
      seconds === 0
        ? 'the same second'
        : `this machine is ${String(seconds)} s ${offMs < 0 ? 'ahead' : 'behind'}`
    if (seconds < warnSeconds) {
      return {
        outcome: 'ok',
        asked,
        came: shown,
        means: 'Expiry and `maxAgeMs` are judged rightly.',
      }
    }
    return {
      outcome: seconds < wrongSeconds ? 'warning' : 'wrong',
      asked,
      came: shown,
      means:
        offMs < 0
          ? `Sessions end ${String(seconds)} s too early here, and routes with \`maxAgeMs\` ask for a login too early.`
          : `Routes with \`maxAgeMs\` accept a login that is up to ${String(seconds)} s too old, when Ory's time cannot be read from its answer.`,
      fix: 'Run a time service such as chrony or systemd-timesyncd on both machines.',
    }
  },
}
