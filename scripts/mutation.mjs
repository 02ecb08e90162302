// Changes lib/ in one small way after another and sees whether a test notices: `npm run mutation`,
// or `npm run mutation -- session policy` for some areas of it. It fails where too few changes are
// noticed, and for each unnoticed one that test/mutation/survivors.json does not account for.
// What begins with `--` goes to Stryker, such as `--concurrency=1`.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { areas, leastPercentOfAll } from '../test/mutation/areas.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const stryker = createRequire(import.meta.url)
  .resolve('@stryker-mutator/core')
  .replace(/dist\/src\/index\.js$/, 'bin/stryker.js')
const readJson = (path) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'))
const survivors = readJson('test/mutation/survivors.json')

const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('--'))
const asked = args.filter((arg) => !arg.startsWith('--'))
const names = asked.length > 0 ? asked : Object.keys(areas)

function run(name) {
  execFileSync(process.execPath, [stryker, 'run', ...options], {
    cwd: root,
    env: { ...process.env, MUTATION_AREA: name },
    stdio: 'inherit',
  })
}

const short = (text) => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

/** A mutant as survivors.json knows it: where line numbers change, this does not. */
function describe({ location, replacement, mutatorName }, source) {
  const lines = source.split('\n').slice(location.start.line - 1, location.end.line)
  const line = lines[0].trim()
  lines[lines.length - 1] = lines.at(-1).slice(0, location.end.column - 1)
  lines[0] = lines[0].slice(location.start.column - 1)
  return { line, mutant: `${short(lines.join('\n'))} → ${short(replacement ?? mutatorName)}` }
}

function summarize(name) {
  const counts = { killed: 0, survived: 0, invalid: 0 }
  const unexplained = []
  const stale = []
  for (const [file, { source, mutants }] of Object.entries(
    readJson(`reports/mutation/${name}.json`).files,
  )) {
    const listed = new Set(survivors[file])
    for (const mutant of mutants) {
      if (['Killed', 'Timeout'].includes(mutant.status)) counts.killed += 1
      else if (!['Survived', 'NoCoverage'].includes(mutant.status)) counts.invalid += 1
      else {
        counts.survived += 1
        const { line, mutant: change } = describe(mutant, source)
        // Each entry accounts for one.
        const entry = [...listed].find((one) => one.line === line && one.mutant === change)
        if (!listed.delete(entry)) {
          unexplained.push({ where: `${file}:${mutant.location.start.line}`, line, change })
        }
      }
    }
    for (const entry of listed) stale.push({ file, ...entry })
  }
  return { name, ...counts, unexplained, stale }
}

const percent = ({ killed, survived }) => (100 * killed) / (killed + survived)
const sum = (results) =>
  results.reduce(
    (all, { killed, survived, invalid }) => ({
      killed: all.killed + killed,
      survived: all.survived + survived,
      invalid: all.invalid + invalid,
    }),
    { killed: 0, survived: 0, invalid: 0 },
  )

const results = names.map((name) => {
  run(name)
  return summarize(name)
})
const rows = [
  ...results.map((result) => ({ ...result, least: areas[result.name].leastPercent })),
  { name: 'all of these', ...sum(results), least: leastPercentOfAll },
].map((row) => ({ ...row, score: percent(row) }))

console.table(
  Object.fromEntries(
    rows.map(({ name, killed, survived, invalid, unexplained, score, least }) => [
      name,
      {
        killed,
        survived,
        'not explained': (unexplained ?? results.flatMap((one) => one.unexplained)).length,
        'would not run': invalid,
        'killed %': Number(score.toFixed(1)),
        'at least %': least,
      },
    ]),
  ),
)
for (const { where, line, change } of results.flatMap((one) => one.unexplained)) {
  console.log(`Survived, unexplained: ${where}\n  ${line}\n  ${change}`)
}
for (const { file, line, mutant } of results.flatMap((one) => one.stale)) {
  console.log(`Explained, but it did not survive: ${file}\n  ${line}\n  ${mutant}`)
}
// NaN, where there was nothing to change, is too little as well.
if (!rows.every(({ score, least }) => score >= least)) process.exitCode = 1
if (results.some(({ unexplained }) => unexplained.length > 0)) process.exitCode = 1
