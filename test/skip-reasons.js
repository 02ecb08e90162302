/** The end of a title that says why its tests cannot run here, as `withRedis` writes it. */
const reason = /\(skipped: ([^)]*)\)/

/**
 * Says why tests were skipped. Jest counts them, and shows their titles only if one file runs. Without this,
 * a machine without Redis would leave the adapter untested, and say no word about it.
 */
export default class SkipReasons {
  onRunComplete(_contexts, { testResults }) {
    const counts = new Map()
    for (const { status, fullName } of testResults.flatMap(({ testResults: tests }) => tests)) {
      const why = status === 'pending' ? reason.exec(fullName)?.[1] : undefined
      if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + 1)
    }
    for (const [why, count] of counts) console.error(`${count} tests were skipped: ${why}`)
  }
}
