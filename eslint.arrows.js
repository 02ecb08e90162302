/**
 * The way a request goes, as a table: what each file of lib/ may import, and what it may import with
 * `import type` alone. `x/*` is a folder, whose files may also import each other, without those that
 * have a row of their own. Every arrow points up the table.
 */
const table = {
  register: {},
  clock: {},
  next: {},
  thenable: {},
  'cross-site': {},
  'upstream/fault': {},
  'session/*': { values: ['upstream/fault'], types: ['register'] },
  'credential/*': {},
  'denial/*': { values: ['credential/*'], types: ['clock', 'upstream/fault'] },
  policy: { values: ['denial/*', 'session/*', 'thenable'] },
  vary: { types: ['credential/*'] },
  'upstream/*': {
    values: ['undici', 'credential/*', 'denial/*', 'session/*', 'upstream/fault'],
    types: ['clock'],
  },
  counters: { types: ['denial/*', 'upstream/*', 'upstream/fault'] },
  'cache/*': {
    values: [
      'lru-cache',
      'clock',
      'counters',
      'credential/*',
      'session/*',
      'upstream/*',
      'upstream/fault',
    ],
  },
  'options/*': {
    values: ['clock', 'credential/*', 'denial/*', 'session/*'],
    types: ['undici', 'next', 'policy', 'register'],
  },
  'denial/denials': {
    values: ['denial/*'],
    types: ['options/*', 'policy', 'session/*', 'upstream/fault'],
  },
  'denial/deny': {
    values: ['counters', 'denial/*', 'next', 'thenable'],
    types: ['options/*'],
  },
  request: { values: ['session/*'], types: ['register'] },
  decision: { types: ['credential/*', 'denial/*', 'session/*'] },
  decide: {
    values: [
      'counters',
      'credential/*',
      'cross-site',
      'denial/*',
      'policy',
      'session/*',
      'upstream/fault',
    ],
    types: ['cache/*', 'decision', 'denial/denials', 'options/*', 'request', 'upstream/*'],
  },
  authenticate: {
    values: ['counters', 'denial/*', 'options/*'],
    types: ['credential/*', 'decide', 'policy', 'request', 'session/*'],
  },
  invalidate: {
    values: ['authenticate', 'credential/*', 'options/*'],
    types: ['cache/*'],
  },
  middleware: {
    values: ['denial/*', 'next', 'request'],
    types: ['decide', 'decision', 'denial/deny', 'options/*', 'policy', 'vary'],
  },
  links: { values: ['denial/*', 'options/*'] },
  ending: { values: ['upstream/*'], types: ['cache/*', 'credential/*'] },
  logout: {
    values: [
      'credential/*',
      'cross-site',
      'denial/*',
      'denial/deny',
      'links',
      'next',
      'options/*',
      'upstream/fault',
    ],
    types: ['denial/denials', 'ending', 'middleware', 'vary'],
  },
  instance: {
    values: [
      'authenticate',
      'cache/*',
      'counters',
      'credential/*',
      'decide',
      'denial/denials',
      'denial/deny',
      'ending',
      'invalidate',
      'links',
      'logout',
      'middleware',
      'options/*',
      'upstream/*',
      'vary',
    ],
    types: ['policy', 'register', 'session/*'],
  },
  'default-instance': { values: ['instance'] },
  index: {
    values: ['default-instance', 'denial/*', 'instance', 'request'],
    types: [
      'authenticate',
      'clock',
      'counters',
      'credential/*',
      'invalidate',
      'links',
      'middleware',
      'next',
      'options/*',
      'policy',
      'register',
      'session/*',
      'upstream/fault',
    ],
  },
  // What a user's tests need must not pull the library in.
  'testing/*': { types: ['session/*'] },
}

const packages = new Set(['undici', 'lru-cache'])
const rows = Object.keys(table)
const isFolder = (name) => name.endsWith('/*')
const folderOf = (name) => name.slice(0, name.indexOf('/') + 1)

/** What a file of `row` writes behind `from` to import `name`, as a regular expression. */
function specifier(name, row) {
  if (packages.has(name)) return name
  const [from, to] = [folderOf(row), folderOf(name)]
  const folder = from === to ? './' : `${from === '' ? './' : '../'}${to}`
  const apart = rows.filter((other) => isFolder(name) && !isFolder(other) && folderOf(other) === to)
  const file = isFolder(name)
    ? `(?!(?:${apart.map((other) => other.slice(to.length)).join('|')})\\.js$)[^/]+`
    : name.slice(to.length)
  return `${folder.replaceAll(/[./]/g, '\\$&')}${file}\\.js`
}

function arrowsOf([row, { values = [], types = [] }]) {
  for (const name of [...values, ...types]) {
    const isAbove = packages.has(name) || rows.slice(0, rows.indexOf(row)).includes(name)
    if (!isAbove) throw new Error(`the arrow from ${row} to ${name} does not point up the table`)
  }
  const either = (names) => `(?:${names.map((name) => specifier(name, row)).join('|')})$`
  const all = either([...values, ...types, ...(isFolder(row) ? [row] : [])])
  const message = `Not for lib/${row} to import, says eslint.arrows.js.`
  return {
    files: [`lib/${row}.ts`],
    ignores: rows.filter((name) => name !== row && !isFolder(name)).map((name) => `lib/${name}.ts`),
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^(?!node:|${all})`, message },
            { regex: `^${either(types)}`, message, allowTypeImports: true },
          ],
        },
      ],
    },
  }
}

/** The table as a configuration of ESLint. A file without a row may import nothing. */
export default [
  {
    files: ['lib/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '.', message: 'Give this file a row in eslint.arrows.js.' }] },
      ],
    },
  },
  ...Object.entries(table).map(arrowsOf),
]
