/**
 * What is mutated, which tests must notice it, and how much of it at least. Properties are left
 * out: what they find depends on the seed, and each mutant is to be killed by an example that says
 * in a sentence what would be wrong.
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
  upstream: {
    mutate: ['lib/upstream/*.ts'],
    tests: ['test/unit/upstream/*.test.ts'],
    leastPercent: 90,
  },
  decide: {
    mutate: ['lib/auth/decide.ts'],
    tests: [
      'test/unit/{decide,cache/cache}.test.ts',
      'test/http/{authenticate,credential,cross-site,instance,recheck,set-cookie,stale}.test.ts',
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
