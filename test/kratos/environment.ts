import { createFake } from './fake.js'
import { createKratos } from './kratos.js'
import type { Configuration, Ory, OryOnDatabase } from './ory.js'

/** The variables that name a real Kratos of each configuration: public URL, admin URL. */
const variables: Record<Configuration, readonly [publicUrl: string, adminUrl: string]> = {
  plain: ['KRATOS_PUBLIC_URL', 'KRATOS_ADMIN_URL'],
  highest: ['KRATOS_HIGHEST_PUBLIC_URL', 'KRATOS_HIGHEST_ADMIN_URL'],
  cacheable: ['KRATOS_CACHEABLE_PUBLIC_URL', 'KRATOS_CACHEABLE_ADMIN_URL'],
  brief: ['KRATOS_BRIEF_PUBLIC_URL', 'KRATOS_BRIEF_ADMIN_URL'],
}

/** The real Kratos that the environment names for a configuration, if it names one. */
export function findKratos(configuration: Configuration): Ory | undefined {
  const [publicName, adminName] = variables[configuration]
  const { [publicName]: publicUrl, [adminName]: adminUrl } = process.env
  if (!publicUrl && !adminUrl) return undefined
  if (publicUrl && adminUrl) return createKratos(publicUrl, adminUrl)
  throw new TypeError(`${publicName} and ${adminName} go together: set both, or neither`)
}

/** Opens, at the first call for a configuration, the fake Ory of it; `close` closes them all. */
export function createFakes() {
  const opened = new Map<Configuration, Promise<OryOnDatabase>>()
  return {
    open(configuration: Configuration): Promise<OryOnDatabase> {
      const fake = opened.get(configuration) ?? createFake(configuration)
      opened.set(configuration, fake)
      return fake
    },
    async close() {
      for (const fake of opened.values()) await (await fake).close()
    },
  }
}

/** Says on one line for each configuration which of its cases no real Kratos was asked about. */
export function sayLeftOut(what: string, cases: readonly { on: Configuration; title: string }[]) {
  for (const [on, names] of Object.entries(variables)) {
    const titles = cases.filter((one) => one.on === on).map(({ title }) => title)
    if (titles.length === 0 || findKratos(on as Configuration)) continue
    const line = `Left out of ${what}, for want of ${names.join(' and ')} (${titles.length}): `
    process.stdout.write(`${line}${titles.join('; ')}\n`)
  }
}
