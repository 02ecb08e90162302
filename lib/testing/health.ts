import { errorAnswer } from './error-answer.js'
import type { Route } from './router.js'

/** `/health/alive`: the server is up. */
export const alive: Route = () => ({
  status: 200,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: { status: 'ok' },
})

/** `/health/ready`: the database answers. That it has lost a table goes unnoticed, as with Kratos. */
export const ready: Route = (request, database) => {
  if (database !== 'stopped') return alive(request, database)
  // The status is 503 and the code in the body 500, in Kratos too.
  const message = 'error may contain sensitive information and was obfuscated'
  return errorAnswer(503, { code: 500, message })
}
