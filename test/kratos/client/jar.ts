import { values, type Received } from './http.js'

/** The cookies of one browser, as far as one host and one path need them. */
export function createJar() {
  const cookies = new Map<string, string>()
  return {
    take(answer: Received) {
      for (const line of values(answer, 'set-cookie')) {
        const [pair = ''] = line.split(';', 1)
        const at = pair.indexOf('=')
        if (/;\s*max-age=(0|-\d+)\b/i.test(line)) cookies.delete(pair.slice(0, at))
        else cookies.set(pair.slice(0, at), pair.slice(at + 1))
      }
    },
    get: (name: string) => cookies.get(name),
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  }
}

export type Jar = ReturnType<typeof createJar>
