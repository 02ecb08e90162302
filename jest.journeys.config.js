import browser from './jest.browser.config.js'

/** @type {import('jest').Config} */
export default {
  ...browser,
  roots: ['<rootDir>/test/journeys'],
  // A real Kratos takes its time.
  testTimeout: 180_000,
}
