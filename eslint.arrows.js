/**
 * The folders of lib/, top first, and the folders and packages that each may import from: the
 * architecture of the package as a table. Every arrow points down the table. The files of a folder
 * may import each other. `types`: only `import type`.
 */
export const table = {
  // The fake Ory, express-ory-session/testing. A user's tests must not pull the library in.
  testing: { types: ['session', 'shared'] },
  // express-ory-session/opentelemetry. Its peer, the API of OpenTelemetry, is imported here alone.
  opentelemetry: { values: ['shared', '@opentelemetry/api'], types: ['resilience'] },
  // express-ory-session/fastify, /hono and /nest: guards in the form of these frameworks, their peers.
  fastify: { values: ['http', 'shared'], types: ['.', 'auth', 'session', 'fastify'] },
  hono: { values: ['http'], types: ['.', 'auth', 'session', 'shared', 'hono'] },
  nest: {
    values: ['http', 'shared', '@nestjs/common', '@nestjs/core'],
    types: ['.', 'auth', 'session', 'credential'],
  },
  // The public names and the wiring of an instance: the files of lib/ itself.
  '.': {
    values: [
      'doctor',
      'http',
      'auth',
      'store',
      'cache',
      'resilience',
      'ory',
      'options',
      'credential',
      'shared',
    ],
    types: ['session'],
  },
  // The command express-ory-session doctor, and the checks behind `check()`.
  doctor: {
    values: ['redis', 'store', 'auth', 'options', 'ory', 'session', 'credential', 'shared'],
  },
  // The adapter for Redis and Valkey, express-ory-session/redis.
  redis: { types: ['shared'] },
  // All that knows a request and a response.
  http: { values: ['auth', 'resilience', 'options', 'session', 'credential', 'shared'] },
  // Decides. No network, no response.
  auth: {
    values: ['store', 'cache', 'resilience', 'ory', 'options', 'session', 'credential', 'shared'],
  },
  // What a fleet of processes shares.
  store: { values: ['ory', 'credential', 'shared'], types: ['resilience', 'session'] },
  // Remembers.
  cache: { values: ['resilience', 'ory', 'session', 'credential', 'shared', 'lru-cache'] },
  // When Ory may be asked, and when it is believed.
  resilience: { values: ['ory', 'credential', 'shared'], types: ['session'] },
  // What Ory speaks: the only network I/O.
  ory: { values: ['session', 'credential', 'shared', 'undici'] },
  // Options of the application, checked and complete.
  options: { values: ['session', 'credential', 'shared'], types: ['undici'] },
  // What Ory calls a session.
  session: { values: ['shared'] },
  // What a request carries.
  credential: { values: ['shared'] },
  // Words that all folders use.
  shared: {},
}

const packages = new Set([
  'undici',
  'lru-cache',
  '@opentelemetry/api',
  '@nestjs/common',
  '@nestjs/core',
])
// A folder of ours has the name of its package.
const isPackage = (name, row) => packages.has(name) || name === row
const rows = Object.keys(table)

/** What a file of `row` writes behind `from` to import from `name`, as a regular expression. */
function specifier(name, row) {
  if (isPackage(name, row)) return `${name}(?:/.*)?`
  if (name === '.') return '\\.\\./[^/]+\\.js'
  return `${row === '.' ? '\\./' : '\\.\\./'}${name}/[^/]+\\.js`
}

function arrowsOf([row, { values = [], types = [] }]) {
  for (const name of [...values, ...types]) {
    const isBelow = isPackage(name, row) || rows.indexOf(name) > rows.indexOf(row)
    if (!isBelow) throw new Error(`the arrow from ${row} to ${name} does not point down the table`)
  }
  const either = (names) => `(?:${names.map((name) => specifier(name, row)).join('|')})$`
  const own = '\\./[^/]+\\.js$'
  const message = `lib/${row} may not import this: see the table in eslint.arrows.js.`
  return {
    files: [row === '.' ? 'lib/*.ts' : `lib/${row}/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^(?!node:|${own}|${either([...values, ...types])})`, message },
            ...(types.length === 0
              ? []
              : [{ regex: `^${either(types)}`, message, allowTypeImports: true }]),
          ],
        },
      ],
    },
  }
}

/** The table as a configuration of ESLint. A file in a folder without a row may import nothing. */
export default [
  {
    files: ['lib/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '.', message: 'Give this folder a row in eslint.arrows.js.' }] },
      ],
    },
  },
  ...Object.entries(table).map(arrowsOf),
]
