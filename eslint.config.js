import js from '@eslint/js'
import jest from 'eslint-plugin-jest'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import arrows from './eslint.arrows.js'

/** A directive that switches a rule off says why, after `--`. */
const reason = {
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value)) {
          context.report({
            loc: comment.loc,
            message: 'Say after -- why the rule does not hold here.',
          })
        }
      }
    },
  }),
}

const node = ['AbortSignal', 'Buffer', 'URL', 'console', 'fetch', 'process', 'setTimeout']
const browser = ['URLSearchParams', 'WebSocket', 'document', 'location', 'window']
const commonjs = ['__dirname', '__filename', 'exports', 'module', 'require']
const globals = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']))

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'bench/results/', 'reports/', '.stryker-tmp/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { project: { rules: { reason } } },
    rules: { 'project/reason': 'error' },
  },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-globals': ['error', 'isNaN', 'isFinite'],
    },
  },

  {
    files: ['**/*.ts', '**/*.mts', '**/*.cts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },

  {
    files: ['lib/**'],
    rules: {
      'no-console': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'AssignmentExpression[left.type="MemberExpression"][right.type=/Function/]',
          message:
            'V8 makes such a function in its old space, where all that it holds lives until the next full collection. Give it a name first.',
        },
      ],
    },
  },
  arrows,
  {
    files: ['lib/**'],
    ignores: ['lib/create-ory-session.ts', 'lib/doctor/cli.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read at construction.' },
      ],
    },
  },
  {
    files: ['lib/index.ts', 'lib/testing/index.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Program > :not(ExportNamedDeclaration[source], ExportAllDeclaration)',
          message: 'An index re-exports, and does nothing else.',
        },
      ],
    },
  },

  {
    files: ['test/**'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/expect-expect': [
        'error',
        {
          assertFunctionNames: [
            ...['expect', 'expect*', 'fc.assert', 'request.**.expect'],
            // Requests of supertest that a helper begins.
            ...['get', 'post', 'ask'].flatMap((name) => [`${name}.expect`, `${name}.**.expect`]),
          ],
        },
      ],
      'jest/no-restricted-jest-methods': ['error', { mock: 'Use a real socket or the fake Ory.' }],
      'jest/prefer-importing-jest-globals': 'error',
      // Properties and the steps of a model assert outside of the test that runs them.
      'jest/no-standalone-expect': 'off',
    },
  },
  {
    files: ['test/**', 'examples/**', 'bench/**'],
    rules: {
      // What JSON.parse, supertest and express say is `any`, and asserting on it is what tests do.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/require-await': 'off',
      // Instances and servers of tests are closures, taken apart by destructuring.
      '@typescript-eslint/unbound-method': 'off',
      // Headers and tokens are ASCII; a spread is how a test looks at their characters.
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },

  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: globals(node) },
  },
  {
    // Scripts that a browser loads.
    files: ['examples/*/public/*.js'],
    languageOptions: { globals: globals(browser) },
  },
  {
    files: ['**/*.cjs', 'examples/commonjs/**/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: globals([...node, ...commonjs]) },
  },
  {
    // Compiled by test/types and test/package under their own settings, wrong uses included.
    files: ['test/types/projects/**', 'test/package/fixtures/**'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: {
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
)
