import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { Consumer } from './consumer.js'
import { root } from './pages.js'

// Version 7 says what version 6 does, in a fifth of the time; test/types compiles with both.
const tsc = join(root, 'node_modules/typescript7/bin/tsc')

/** Compiles files in the folder of a consumer, and resolves to what TypeScript says of them. */
export function compile(
  consumer: Consumer,
  name: string,
  files: readonly string[],
  more: object = {},
): Promise<string> {
  const compilerOptions = {
    rootDir: '.',
    allowJs: true,
    checkJs: true,
    // test/types checks the declarations of libraries, too; here that would double the time.
    skipLibCheck: true,
    // Few readers set this, and `process.env['NAME']` would surprise them.
    noPropertyAccessFromIndexSignature: false,
    ...more,
  }
  const tsconfig = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions,
    files,
    include: [],
    exclude: [],
  }
  consumer.write(name, JSON.stringify(tsconfig))
  return new Promise((resolve, reject) => {
    const args = [tsc, '-p', join(consumer.folder, name), '--pretty', 'false']
    execFile(process.execPath, args, { timeout: 150_000 }, (error, stdout) => {
      // tsc exits 1 or 2 for what it found, and says it on standard output.
      if (error && stdout === '') reject(new Error(error.message))
      else resolve(stdout)
    })
  })
}
