/**
 * lib/ from top to bottom. A file imports from its own folder and from those below it, never from
 * above. docs/architecture.md shows this very table, and a test compares the two.
 *
 * `packages` may be imported; `typePackages` by `import type` alone.
 */
export const layers = [
  { folder: '.', knows: 'the public names, and how one instance is wired' },
  { folder: 'http', knows: 'requests and responses, and every write to a response' },
  { folder: 'auth', knows: 'decisions: policy, cross-site check, invalidate; no I/O' },
  { folder: 'store', knows: 'what several processes share: records, seals, revocations' },
  { folder: 'cache', knows: 'what is remembered', packages: ['lru-cache'] },
  { folder: 'resilience', knows: 'when Ory may be asked, and when it is believed' },
  { folder: 'ory', knows: 'what Ory speaks; the only network I/O', packages: ['undici'] },
  { folder: 'options', knows: 'options, and what is wrong with them', typePackages: ['undici'] },
  { folder: 'session', knows: 'the session: parsing, limits, freezing, times' },
  { folder: 'credential', knows: 'what a request carries, and the key of the cache' },
  { folder: 'shared', knows: 'errors, faults, clocks, URLs' },
]

/** Folders beside the layers, which a user imports by themselves, and what each may import. */
export const subpaths = [
  // A user's tests import the fake, and must not load the library with it: types alone.
  { folder: 'testing', typeFolders: ['session'] },
  { folder: 'redis', folders: ['store'] },
  { folder: 'opentelemetry', folders: ['resilience', 'shared'], typeFolders: ['.'] },
  { folder: 'doctor', folders: ['ory', 'options', 'session', 'credential', 'shared'] },
]

/** The beginning of a specifier that leads from a file of one folder to a file of another. */
function start(from, to) {
  if (from === to) return './'
  return `${from === '.' ? './' : '../'}${to === '.' ? '' : `${to}/`}`
}

const pattern = (from, folders, packages) =>
  [
    ...folders.map((to) => `${start(from, to).replaceAll('.', '\\.')}[^/]+\\.js$`),
    ...packages.map((name) => `${name}(/|$)`),
  ].join('|')

/** The configuration of one folder. */
function arrowsOf({ folder, folders = [], packages = [], typeFolders = [], typePackages = [] }) {
  const name = folder === '.' ? 'lib' : `lib/${folder}`
  const message = `Not for ${name} to import, says eslint.arrows.js.`
  const values = pattern(folder, [folder, ...folders], packages)
  const types = pattern(folder, typeFolders, typePackages)
  const all = types === '' ? values : `${values}|${types}`
  const patterns = [{ regex: `^(?!node:|${all})`, message }]
  if (types !== '') {
    patterns.push({ regex: `^(?!${values})(${types})`, message, allowTypeImports: true })
  }
  return {
    files: [`${name}/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  }
}

const names = layers.map(({ folder }) => folder)

/** The tables as a configuration of ESLint. A file of a folder without a row may import nothing. */
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
  ...layers.map((layer, index) => arrowsOf({ ...layer, folders: names.slice(index + 1) })),
  ...subpaths.map(arrowsOf),
]
