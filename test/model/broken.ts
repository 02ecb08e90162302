import { broken as commonly, withOptions, type Create } from '../unit/support/broken.js'
import {
  offAfter,
  refusesOnce,
  graceFor,
  hearsNothingNew,
  asksOnce,
  readinessFor,
  checksOnce,
  neverForgives,
  longerLives,
  logsOutNobody,
  anotherSession,
} from './breaks.js'

const unready = 'nobody is refused by an Ory that is not known to be well'
const unfounded = 'a 503 has a fault behind it'

export type Broken = readonly [title: string, create: Create, rule: string]

/** What each is that breaks a rule, and which one. */
export const broken: readonly Broken[] = [
  ['caches too long', commonly['caches too long'], 'nothing is served past its TTL'],
  ['looks at the wall alone', commonly['looks at the wall clock alone'], 'served past its TTL'],
  ['looks at no wall', commonly['looks at the monotonic clock alone'], 'served past its TTL'],
  ['serves past expires_at', longerLives, 'nothing is served past expires_at'],
  ['has grace unasked', commonly['has grace that nobody asked for'], 'the grace in an outage ends'],
  ['has grace on every route', graceFor('stale'), 'no grace where the policy asks for more'],
  ['lets in who was in before', graceFor('cache'), 'nothing is served past its TTL'],
  ['lets in again who was refused', refusesOnce, 'nothing is served after a refusal'],
  ['mixes users up', anotherSession, 'nobody gets the session of another credential'],
  ['forgets nothing', commonly['forgets nothing'], 'nothing is served after an invalidate'],
  ['forgets half', commonly['forgets sessions alone'], 'nothing is served after an invalidate'],
  [
    'lets answers under way bring back what was forgotten',
    commonly['lets answers under way bring back what was forgotten'],
    'nothing is served after an invalidate',
  ],
  ['logs nobody out', logsOutNobody, 'nothing is served after a logout'],
  ['asks twice at once', commonly['asks twice at once'], 'one call at a time per credential'],
  ['asks for any level', commonly['asks for any level'], 'the policy holds'],
  ['keeps verdicts', commonly['keeps verdicts'], 'came while the request waited'],
  ['hears nothing new', hearsNothingNew, 'what came from Ory came while the request waited'],
  ['has no fresh answers', commonly['answers the fresh from memory'], 'a fresh answer'],
  [
    'reports outages as logouts',
    commonly['reports outages as logouts'],
    'nobody is refused whom Ory has not refused',
  ],
  ['believes every 401', withOptions(() => ({ readinessPath: false })), unready],
  ['holds a 401 against the readiness of long ago', readinessFor(30_000), unready],
  ['asks once about who was live', asksOnce, 'who is live is asked about once more'],
  ['checks the first 401 alone', checksOnce, 'who is live is not refused in an outage'],
  [
    'has no rule of three',
    withOptions(() => ({ readinessPath: false })),
    'three users who turn 401 are an outage',
  ],
  ['takes made-up credentials for an outage', offAfter(3, 'session_invalid', 10_000), unfounded],
  [
    'lets made-up credentials use up what all have',
    offAfter(8, 'session_invalid', 1_000, true),
    unfounded,
  ],
  ['closes for three clients', offAfter(3, 'authentication_unavailable', 2_000), unfounded],
  ['pauses for everybody', offAfter(1, 'authentication_unavailable', 5_000), unfounded],
  ['does not heal', offAfter(5, 'authentication_unavailable', Infinity), unfounded],
  ['never forgives', neverForgives, 'who is live is in'],
]
