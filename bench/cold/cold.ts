import type { Part } from '../part.js'
import { median } from '../statistics.js'
import { bundle } from './bundle.js'
import { measureImports } from './imports.js'

/** The package itself, and for scale what most of that would be without loading undici by path. */
const modules = ['express-ory-session', 'undici']

/** What a process pays before its first request. */
export const cold: Part = async ({ isShort }) => {
  const imports = measureImports(modules, isShort ? 5 : 15)
  const bundles = [await bundle('esm'), await bundle('cjs')]
  return {
    title: 'Cold: what a new process pays',
    columns: ['median'],
    rows: [
      ...[...imports].map(([name, values]) => ({
        name: `import of ${name} beside Express, ms`,
        values: [median(values)],
      })),
      ...bundles.map(({ format, bytes }) => ({
        name: `minified bundle, ${format}, KB`,
        values: [bytes / 1000],
      })),
    ],
  }
}
