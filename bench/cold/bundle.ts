import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What an application writes to have the package in its bundle. */
const entry = `import { createOrySession } from 'express-ory-session'
const ory = createOrySession({ url: 'http://127.0.0.1:1' })
const { error } = await ory.authenticate({ headers: { 'x-session-token': 'ory_st_x' } })
await ory.close()
console.log(error.code)
`

/** What it may take: undici's client with both of its parsers is two thirds of it. */
export const mostBundleBytes = 500_000

export interface Bundle {
  readonly format: 'esm' | 'cjs'
  readonly bytes: number
  /** What the bundle printed when it ran. */
  readonly said: string
}

/** Bundles the built package without Express, minified, and runs the bundle. */
export async function bundle(format: Bundle['format']): Promise<Bundle> {
  const folder = mkdtempSync(path.join(tmpdir(), 'express-ory-session-'))
  const outfile = path.join(folder, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs')
  // CommonJS has no top-level await.
  const contents = format === 'esm' ? entry : `void (async () => {\n${asCommonJs(entry)}})()`
  try {
    await build({
      stdin: { contents, resolveDir: root, loader: 'js' },
      outfile,
      format,
      bundle: true,
      minify: true,
      platform: 'node',
      // In an application, where the package lies in node_modules, esbuild does not show what it warns of.
      logLevel: 'error',
      // A dependency in CommonJS asks for Node's modules by `require`, which ESM does not have.
      banner:
        format === 'esm'
          ? {
              js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
            }
          : {},
    })
    const said = execFileSync(process.execPath, [outfile], { encoding: 'utf8' }).trim()
    return { format, bytes: readFileSync(outfile).length, said }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function asCommonJs(source: string): string {
  return source.replace(/^import (\{.*?\}) from ('.*?')$/m, 'const $1 = require($2)')
}
