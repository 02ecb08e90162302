import type { Backend } from './backend.js'

/** The Ory at a URL: an Ory Network project, or the public port of an Ory Kratos. */
export function createRealBackend(url: string): Backend {
  const base = url.replace(/\/+$/, '')
  return {
    url,
    close: async () => undefined,
    guide: (api) => `
The API is at ${api}, and Ory at ${base}. Sign in there to get a session:

- in a browser, at ${base}/self-service/login/browser
  (then copy the session cookie out of its developer tools: its name begins with "ory_");
- or as a native app does, with curl and jq:

  action=$(curl -s ${base}/self-service/login/api | jq -r .ui.action)
  curl -s "$action" -H 'Content-Type: application/json' \\
    -d '{"method":"password","identifier":"you@example.com","password":"…"}' | jq -r .session_token

Then call the API with one of them:

  curl -iw '\\n' -H 'Cookie: ory_session_…=…' ${api}/me
  curl -iw '\\n' -H 'X-Session-Token: ory_st_…' ${api}/me

POST /transfer wants a second factor, shown in the last 15 minutes. Users who have one enrolled get
403 from every route until they have shown it, unless Ory is configured with
session.whoami.required_aal: aal1. GET /admin/stats wants {"role":"admin"} in metadata_public.
Ctrl-C ends it.
`,
  }
}
