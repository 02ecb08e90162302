import { createFakeOry } from 'express-ory-session/testing'
import type { Backend } from './backend.js'

/** A fake Ory with two users who are signed in. */
export async function createFakeBackend(): Promise<Backend> {
  const fake = await createFakeOry()
  const ada = fake.signIn({
    traits: { email: 'ada@example.com' },
    metadataPublic: { role: 'admin' },
    aal: 'aal2',
  })
  const bob = fake.signIn({ traits: { email: 'bob@example.com' } })

  return {
    url: fake.url,
    close: () => fake.close(),
    guide(api) {
      const curl = (path: string, ...options: string[]): string =>
        ["curl -iw '\\n'", ...options, `${api}${path}`].join(' ')
      const token = ({ token }: typeof bob): string => `-H 'X-Session-Token: ${token}'`
      const money = `-H 'Content-Type: application/json' -d '{"to":"eve","amount":5}'`
      return `
The API is at ${api}. Ory is a fake one, at ${fake.url}, with two users signed in:
Bob, who has shown a password (aal1), and Ada, an administrator with a second factor (aal2).
Paste any of these lines into another terminal:

# 200, for everybody
${curl('/')}
# 401, no session
${curl('/me')}
# 200, Bob's session token
${curl('/me', token(bob))}
# 200, Ada's session cookie
${curl('/me', `-H 'Cookie: ${ada.cookie}'`)}
# 403, Bob has no second factor
${curl('/transfer', token(bob), money)}
# 200, Ada has, and has shown it in the last 15 minutes; after that 403
${curl('/transfer', token(ada), money)}
# 403, Bob is no administrator
${curl('/admin/stats', token(bob))}
# 200, Ada is
${curl('/admin/stats', token(ada))}
# 204, Bob logs out
${curl('/logout', '-X POST', token(bob))}
# 401, Bob after that
${curl('/me', token(bob))}

Ctrl-C ends it. With an Ory of your own: ORY_SDK_URL=https://<slug>.projects.oryapis.com npm start
`
    },
  }
}
