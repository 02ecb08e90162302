import { availableParallelism } from 'node:os'

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: [
    '<rootDir>/test/kratos/',
    '<rootDir>/test/browser/',
    '<rootDir>/test/journeys/',
  ],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // The built package resolves itself by name; the copies of it under dist/ are not modules of Jest's.
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testSequencer: '<rootDir>/test/longest-first.js',
  reporters: ['default', '<rootDir>/test/skip-reasons.js'],
  // Half of the files wait for servers and timers, and leave their core to another.
  maxWorkers: Math.min(availableParallelism() + 1, 8),
  // In one process, each file would be slower than the one before it.
  workerIdleMemoryLimit: '256MB',
  restoreMocks: true,
  // No test waits for this: it ends one that hangs. Five seconds, the default, a busy machine may need.
  testTimeout: 60_000,
  coverageDirectory: 'coverage',
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageReporters: ['text', 'lcov'],
  // Who is let in is decided here: every branch has a test.
  coverageThreshold: {
    './lib/credential/': { branches: 100 },
    './lib/session/': { branches: 100 },
    './lib/auth/policy.ts': { branches: 100 },
    './lib/cache/': { branches: 100 },
  },
}
