import base from './jest.config.js'

/** @type {import('jest').Config} */
export default {
  ...base,
  roots: ['<rootDir>/test/browser'],
  testPathIgnorePatterns: [],
  globalSetup: '<rootDir>/test/browser/setup.mjs',
  moduleNameMapper: {
    // Under test is the package as it was built, not its source.
    '^(?:\\.\\./)+lib/(.*)\\.js$': '<rootDir>/dist/cjs/$1.js',
    ...base.moduleNameMapper,
  },
  modulePathIgnorePatterns: [],
  coverageThreshold: undefined,
  testTimeout: 30_000,
  // Each file has a Chromium of its own.
  maxWorkers: 1,
}
