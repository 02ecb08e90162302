import { currentArea } from './test/mutation/areas.js'

const { name, mutate } = currentArea()

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate,
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { configFile: 'jest.mutation.config.js' },
  coverageAnalysis: 'perTest',
  ignorePatterns: ['/.ci', '/bench', '/coverage', '/dist', '/examples', '/reports', '/screenshots'],
  // Mutants of module-level constants are wanted, slow as they are.
  warnings: { slow: false },
  reporters: ['progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  htmlReporter: { fileName: `reports/mutation/${name}.html` },
}
