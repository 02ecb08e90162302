import dns from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'

/** An address, the code of an error, or nothing at all. */
export type NameAnswer = '127.0.0.1' | '127.0.0.2' | 'ENOTFOUND' | 'EAI_AGAIN' | 'silence'

export interface NameService {
  /** Changes what is said of Ory's name. */
  say(answer: NameAnswer): void
  stop(): void
}

/** The name that Ory has here. Of `.test` no real name service knows any (RFC 6761). */
export const oryName = 'ory.test'

type Callback = (
  error: NodeJS.ErrnoException | null,
  address?: string | readonly LookupAddress[],
  family?: number,
) => void

/** Stands for the name service of the machine, as far as Ory's name is concerned. */
export function startNameService(): NameService {
  const real = dns.lookup
  let answer: NameAnswer = '127.0.0.1'

  function lookup(name: string, options: LookupOptions, callback: Callback): void {
    if (name !== oryName) {
      real(name, options, callback)
      return
    }
    if (answer === 'silence') return
    const address = answer
    process.nextTick(() => {
      if (address === 'ENOTFOUND' || address === 'EAI_AGAIN') {
        callback(Object.assign(new Error(`getaddrinfo ${address} ${name}`), { code: address }))
      } else if (options.all === true) callback(null, [{ address, family: 4 }])
      else callback(null, address, 4)
    })
  }

  // What `node:net` asks, whenever it connects.
  dns.lookup = lookup as typeof real
  return {
    say: (next) => void (answer = next),
    stop: () => void (dns.lookup = real),
  }
}
