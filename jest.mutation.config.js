import base from './jest.config.js'
import { currentArea } from './test/mutation/areas.js'

/** @type {import('jest').Config} */
export default {
  ...base,
  // Those are among them by which Jest finds the tests of a file.
  roots: ['<rootDir>/lib', '<rootDir>/test'],
  testMatch: currentArea().tests.map((pattern) => `<rootDir>/${pattern}`),
  testPathIgnorePatterns: ['\\.property\\.test\\.ts$'],
  coverageThreshold: undefined,
}
