/**
 * What is mutated, which tests must notice it, and how much of it at least. Property tests are left
 * out, because their findings depend on the seed. An example must kill each mutant, and say in a
 * sentence what would be wrong.
 *
 * @type {Record<string, { mutate: string[], tests: string[], leastPercent: number }>}
 */
export const areas = {
  credential: {
    mutate: ['lib/credential/*.ts'],
    tests: ['test/unit/credential/*.test.ts'],
    leastPercent: 95,
  },
  session: {
    mutate: ['lib/session/*.ts'],
    tests: ['test/unit/session/*.test.ts'],
    leastPercent: 90,
  },
  policy: {
    mutate: ['lib/auth/policy.ts'],
    tests: ['test/unit/auth/policy.test.ts'],
    leastPercent: 95,
  },
  cache: {
    mutate: ['lib/cache/*.ts'],
    tests: ['test/unit/cache/*.test.ts'],
    leastPercent: 95,
  },
  resilience: {
    mutate: ['lib/resilience/*.ts'],
    tests: ['test/unit/resilience/*.test.ts'],
    leastPercent: 90,
  },
  ory: {
    mutate: ['lib/ory/*.ts'],
    tests: ['test/unit/ory/*.test.ts'],
    leastPercent: 90,
  },
  decide: {
    mutate: ['lib/auth/decide.ts', 'lib/auth/verdict.ts', 'lib/auth/grace.ts'],
    tests: [
      'test/unit/auth/decide.test.ts',
      'test/unit/auth/decide.chain.test.ts',
      'test/unit/cache/session-cache.test.ts',
      'test/http/authenticate.test.ts',
      'test/http/credential.test.ts',
      'test/http/cross-site.test.ts',
      'test/http/instance.test.ts',
      'test/http/recheck.test.ts',
      'test/http/set-cookie.test.ts',
      'test/http/stale.test.ts',
    ],
    leastPercent: 90,
  },
}

/** Of all mutants together. */
export const leastPercentOfAll = 90

/** The one that this process is about. */
export function currentArea() {
  const name = process.env.MUTATION_AREA ?? ''
  const area = areas[name]
  if (area === undefined) throw new Error(`MUTATION_AREA is one of ${Object.keys(areas)}`)
  return { name, ...area }
}
