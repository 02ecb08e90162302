// Finds the words that this project avoids: in pages, comments, messages and test names, and in the
// names of files and of code. A glossary word has replaced each of them.
//   node scripts/check-words.mjs            each finding, with its line
//   node scripts/check-words.mjs --count    how many there are in each folder
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { namesOfTypeScript, proseOfPage, proseOfTypeScript, wordsOf } from './prose.mjs'

/** Each word that is ruled out, and what says it better. */
const words = [
  [/\bpeople\b/i, 'users, callers'],
  [/\bstrangers?\b/i, 'unknown callers'],
  [/\bjunk\b/i, 'made-up credentials'],
  [/\bmoments ago\b/i, 'the time, or: known callers'],
  [/\bplaces?\b/i, 'permit, slot, position'],
  [/\bcrowd(s|ed|ing)?\b/i, 'overload, throttled'],
  [/\bdispel(s|led)?\b/i, 'clear'],
  [/\bfold(s|ed)?\b/i, 'merge'],
  [/\bland(s|ed|ing)?\b/i, 'arrive'],
  [/\btold\b/i, 'the active verb: Ory says'],
  [/\bheed(s|ed)?\b/i, 'obey, read'],
  [/\b(bring|brings|brought) about\b/i, 'cause'],
  [/\bwho(m)?ever\b/i, 'a subject: a caller that'],
  [/\blog-(out|in)s?\b/i, 'logout, login'],
  // Words that a word of the glossary has replaced.
  [/\bsuspicions?\b/i, 'rule of three'],
  [/\bdoubtful\b/i, 'ambiguous'],
  [/`garbage`/, '`invalid_response`'],
  [/\blately\b/i, 'known caller, or the time'],
  [/\breckon(s|ed|ing)?\b/i, 'measure, estimate'],
  [/\b(departed|recollections?|rosters?)\b/i, 'recently live, note, Map'],
  // Names of options and members that have new ones.
  [/\b(cacheMax|recentIdentity)\b/, 'cacheMaxSessions, Caller'],
]

/** Findings that stay: `{ file, text, why }`, where `text` is a part of the line. */
const allowed = [
  { file: 'CHANGELOG.md', text: '`cacheMax`', why: 'the old name of an option' },
  { file: 'CHANGELOG.md', text: '`crowding`', why: 'the old name of a reason' },
  { file: 'CHANGELOG.md', text: '`doubtful`', why: 'the old name of a reason' },
  { file: 'CHANGELOG.md', text: '`garbage`', why: 'the old name of a reason' },
  { file: 'bench/README.md', text: 'bench -- crowd', why: 'the name of a command' },
  { file: 'bench/run.ts', text: 'crowd: crowd', why: 'the name of that command' },
  {
    file: 'bench/sessions/sessions-process.ts',
    text: 'cacheMax',
    why: 'an option of older builds',
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))
const ignored = /(^|\/)(node_modules|dist|results|kratos-recordings|corpus)\/|^docs\/api\//
/** Files whose names, and the names in which, are checked as well. */
const hasNames = /^(lib|examples|test|bench|scripts)\/.*\.[cm]?[jt]s$/
const pages = ['README.md', 'SECURITY.md', 'CHANGELOG.md', 'CONTRIBUTING.md']
const configurations = readdirSync(root).filter((file) => /\.[cm]?js$/.test(file))
const folders = ['lib', 'docs', 'test', 'bench', 'examples', 'scripts', '.ci', '.github']
const isCode = /\.[cm]?[jt]s$/
/** What is read as a page, line by line: of a shell script and of YAML, the commands too. */
const isPage = /\.(md|sh|ya?ml)$|^\.ci\//

const list = (folder) =>
  readdirSync(root + folder, { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((file) => (isCode.test(file) || isPage.test(file)) && !ignored.test(file))

/** The findings of a file, as `{ file, line, found, advice }`. */
function check(file) {
  const text = readFileSync(root + file, 'utf8')
  const isTest = file.endsWith('.test.ts')
  const prose = isCode.test(file) ? proseOfTypeScript(text, isTest) : proseOfPage(text)
  const names = hasNames.test(file)
    ? [{ line: 1, said: `${file}: ${wordsOf(file)}` }, ...namesOfTypeScript(text)]
    : []
  return [...prose, ...names].flatMap(({ line, said }) =>
    words.flatMap(([word, advice]) => {
      const found = word.exec(said)?.[0]
      return found === undefined ? [] : [{ file, line, said: said.trim(), found, advice }]
    }),
  )
}

const isAllowed = ({ file, said }) =>
  allowed.some((entry) => entry.file === file && said.includes(entry.text))
const self = 'scripts/check-words.mjs'
const all = [...pages, ...configurations, ...folders.flatMap(list)]
  .filter((file) => file !== self)
  .flatMap(check)
const findings = all.filter((finding) => !isAllowed(finding))
const idle = allowed.filter(
  (entry) => !all.some((f) => f.file === entry.file && f.said.includes(entry.text)),
)

if (process.argv.includes('--count')) {
  const counts = {}
  for (const { file } of findings) {
    const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : file
    counts[folder] = (counts[folder] ?? 0) + 1
  }
  console.table(counts)
} else {
  for (const { file, line, found, advice } of findings) {
    console.log(`${file}:${line} "${found}": say ${advice}`)
  }
}
for (const { file, text } of idle) console.log(`${file} is allowed to say "${text}", and does not`)
console.log(`${findings.length} found`)
process.exitCode = findings.length + idle.length === 0 ? 0 : 1
