import { parseArgs } from 'node:util'

/** What the command was asked to do. Its values are not checked yet. */
export interface Arguments {
  readonly url: string | undefined
  readonly appUrl: string | undefined
  readonly browserUrl: string | undefined
  readonly cookieNames: readonly string[]
  readonly readinessPath: string | undefined
  readonly store: string | undefined
  readonly isJson: boolean
  readonly isHelp: boolean
  readonly isVersion: boolean
}

export const help = `Usage: express-ory-session doctor [options]

Asks an Ory what an application on it will run into.

  --url <url>              Ory project URL or Kratos public URL     ORY_SDK_URL
  --app-url <url>          this application, as browsers see it     APP_URL
  --browser-url <url>      Ory, as browsers reach it                ORY_BROWSER_URL
  --cookie-name <name>     name of the session cookie; may be repeated
  --readiness-path <path>  route below the URL, or false
  --store <url>            Redis or Valkey, without a password      REDIS_URL, with ORY_STORE_SECRET
  --json                   the checks as JSON
  --help, --version

A session to try is read from ORY_SESSION_COOKIE (name=value, as a browser sends it) or
ORY_SESSION_TOKEN, and never from an argument, because every user of a machine can read those.

Exit status: 0 all is well, 1 something is wrong, 2 could not be asked.
`

/**
 * Reads the arguments behind the name of the command.
 *
 * @throws TypeError for an argument that is not known. It shows no value, which may be a credential.
 */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parse(words)
  const isAsked = values.help === true || values.version === true
  if (!isAsked && (positionals[0] !== 'doctor' || positionals.length > 1)) {
    throw new TypeError('the one command is `doctor`, and it takes options alone; see --help')
  }
  return {
    url: values.url,
    appUrl: values['app-url'],
    browserUrl: values['browser-url'],
    cookieNames: values['cookie-name'] ?? [],
    readinessPath: values['readiness-path'],
    store: values.store,
    isJson: values.json === true,
    isHelp: values.help === true,
    isVersion: values.version === true,
  }
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  url: text,
  'app-url': text,
  'browser-url': text,
  'cookie-name': { type: 'string', multiple: true },
  'readiness-path': text,
  store: text,
  json: flag,
  help: { ...flag, short: 'h' },
  version: flag,
} as const

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options,
    })
  } catch {
    // Node's message repeats what was given.
    const names = words.map((word) => /^--([a-z-]+)/.exec(word)?.[1] ?? '').filter(Boolean)
    const unknown = names.filter((name) => !Object.hasOwn(options, name))
    throw new TypeError(
      unknown.length === 0
        ? `an option has no value, or takes none (--${names.join(', --')}); see --help`
        : `there is no option --${unknown.join(', --')}; see --help`,
    )
  }
}
