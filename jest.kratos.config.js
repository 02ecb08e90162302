import base from './jest.config.js'

/** @type {import('jest').Config} */
export default {
  ...base,
  roots: ['<rootDir>/test/kratos'],
  testPathIgnorePatterns: [],
  moduleNameMapper: {
    // Under test is the package as it was built, not its source.
    '^(?:\\.\\./)+lib/(.*)\\.js$': '<rootDir>/dist/cjs/$1.js',
    ...base.moduleNameMapper,
  },
  modulePathIgnorePatterns: [],
  coverageThreshold: undefined,
  // All ask the same Kratos.
  maxWorkers: 1,
  testTimeout: 30_000,
}
