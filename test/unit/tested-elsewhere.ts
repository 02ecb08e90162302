/**
 * The files of lib/ without a unit test of their name, and the test that shows what they do. The
 * reason is the same for all: what they do shows at a socket, at a file, or through the part that
 * uses them. A path that ends with `/` stands for the folder.
 */
export const testedElsewhere: Readonly<Record<string, string>> = {
  'create-ory-session.ts': 'test/http/instance.test.ts',
  'default-instance.ts': 'test/http/default-instance.test.ts',
  'index.ts': 'test/package/package.test.ts',

  // Subpaths and the command have folders of tests.
  'doctor/': 'test/doctor/checks.test.ts',
  'fastify/': 'test/frameworks/fastify.test.ts',
  'hono/': 'test/frameworks/hono.test.ts',
  'nest/': 'test/frameworks/nest.test.ts',
  'opentelemetry/': 'test/opentelemetry/instrument.test.ts',
  'redis/': 'test/redis/contract.test.ts',

  'http/decision-headers.ts': 'test/http/success.test.ts',
  'http/guard-upgrade.ts': 'test/http/guard-upgrade.test.ts',
  'http/logout.ts': 'test/http/logout.test.ts',
  'http/named.ts': 'test/unit/http/middleware.test.ts',
  'http/next.ts': 'test/http/hooks.test.ts',
  'http/no-request.ts': 'test/http/hooks.test.ts',
  'http/on-head.ts': 'test/http/renewed-cookie.test.ts',
  'http/outlive-reset.ts': 'test/http/socket-io.test.ts',
  'http/renewed-cookie.ts': 'test/http/renewed-cookie.test.ts',
  'http/reply-headers.ts': 'test/frameworks/fastify.test.ts',
  'http/request-body.ts': 'test/http/webhook.test.ts',
  'http/webhook-target.ts': 'test/http/webhook.test.ts',
  'http/webhook.ts': 'test/http/webhook.test.ts',

  'auth/anonymous.ts': 'test/http/outcomes.test.ts',
  'auth/authenticate.ts': 'test/http/authenticate.test.ts',
  'auth/decision.ts': 'test/unit/auth/decide.test.ts',
  'auth/grace.ts': 'test/http/stale.test.ts',
  'auth/invalidate.ts': 'test/http/invalidate.test.ts',
  'auth/verdict.ts': 'test/unit/auth/decide.test.ts',
  'auth/watch-ending.ts': 'test/unit/auth/watcher.test.ts',
  'auth/watch-schedule.ts': 'test/unit/auth/watcher.test.ts',

  'store/keyring.ts': 'test/unit/store/seal.test.ts',
  'store/log-page.ts': 'test/http/fleet.test.ts',
  'store/outbox.ts': 'test/http/fleet.test.ts',
  'store/revocation.ts': 'test/http/fleet-attack.test.ts',
  'store/store-counters.ts': 'test/unit/store/store-operations.test.ts',
  'store/store-events.ts': 'test/unit/store/store-operations.test.ts',
  'store/store-error.ts': 'test/http/fleet.test.ts',

  'cache/store-answer.ts': 'test/unit/cache/session-cache.test.ts',

  'resilience/ambiguous-answer.ts': 'test/unit/resilience/outage-guard.test.ts',
  'resilience/caller.ts': 'test/unit/resilience/concurrency-limit.test.ts',
  'resilience/corroboration.ts': 'test/unit/resilience/circuit-breaker.test.ts',
  'resilience/further-looks.ts': 'test/unit/resilience/outage-guard.test.ts',
  'resilience/other-callers.ts': 'test/unit/resilience/outage-guard.test.ts',
  'resilience/permit.ts': 'test/unit/resilience/concurrency-limit.test.ts',
  'resilience/signs-of-trouble.ts': 'test/unit/resilience/outage-guard.test.ts',

  'ory/keep-alive-retry.ts': 'test/unit/ory/ory-client.test.ts',
  'ory/read-live.ts': 'test/unit/ory/whoami.test.ts',
  'ory/response.ts': 'test/unit/ory/ory-client.test.ts',
  'ory/speaks-tls.ts': 'test/http/channels.test.ts',
  'ory/status-fault.ts': 'test/unit/ory/whoami.test.ts',
  'ory/undici-pool.ts': 'test/http/moved-host.test.ts',

  'credential/credential.ts': 'test/unit/credential/read-credential.test.ts',
  'credential/session-cookies.ts': 'test/unit/credential/read-credential.test.ts',

  'options/defaults.ts': 'test/docs/tables.test.ts',
  'options/option-validators.ts': 'test/unit/options/resolve-options.test.ts',

  'session/malformed.ts': 'test/unit/session/parse-session.test.ts',
  'session/session-limits.ts': 'test/unit/session/parse-session.test.ts',

  'shared/channels.ts': 'test/http/channels.test.ts',
  'shared/error-catalog.ts': 'test/unit/shared/session-error.test.ts',
  'shared/error-codes.ts': 'test/docs/tables.test.ts',
  'shared/instance-number.ts': 'test/http/channels.test.ts',
  'shared/observe.ts': 'test/http/channels.test.ts',
  'shared/ory-urls.ts': 'test/unit/http/links.test.ts',
  'shared/peek.ts': 'test/unit/http/middleware.test.ts',
  'shared/setup-cause.ts': 'test/http/channels.test.ts',
  'shared/thenable.ts': 'test/unit/auth/policy.test.ts',
  'shared/until-abort.ts': 'test/unit/cache/single-flight.test.ts',

  // Parts of the fake that show at its socket alone.
  'testing/': 'test/unit/testing/fake-ory.test.ts',
}
