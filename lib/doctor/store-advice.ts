import type { Finding } from './check.js'
import type { StoreState } from './store-probe.js'

type Advice = Omit<Finding, 'asked'>

const primary = 'Connect to the primary: with Sentinel or a cluster by the client that finds it.'
const without = 'Each process asks Ory for itself, as without a store; no request fails.'

/** What each state of a store means. */
export const storeAdvice: Readonly<Record<StoreState, Advice>> = {
  well: {
    outcome: 'ok',
    came: 'all of it',
    means: 'Processes share sessions and revocations.',
  },
  slow: {
    outcome: 'warning',
    came: 'all of it, later than `storeTimeoutMs`',
    means: 'No request waits that long for the store, so it saves no question to Ory.',
    fix: 'Bring the store nearer to the application, or raise `storeTimeoutMs`.',
  },
  evicting: {
    outcome: 'warning',
    came: 'all of it, and a maxmemory-policy for all keys',
    means: 'When memory is short, Redis may evict the log of revocations, which has no expiry.',
    fix: 'Set maxmemory-policy of Redis to volatile-ttl or volatile-lru.',
  },
  unread: {
    outcome: 'wrong',
    came: 'not the record that was written',
    means: 'The store does not read its own writes: reads go to a replica, or a proxy caches them.',
    fix: `${primary} Use no client-side cache.`,
  },
  endless: {
    outcome: 'wrong',
    came: 'a record that does not expire',
    means: 'The store ignores the expiry of records. Such a record is not believed.',
    fix: 'Let SET … PX and PTTL pass through to Redis unchanged.',
  },
  unlogged: {
    outcome: 'wrong',
    came: 'the record, and not the entries of the log in their order',
    means: 'Without its log no process believes a record of another: the store is of no use.',
    fix: 'Allow XADD and XRANGE; in a store of your own, run `storeContract` of express-ory-session/testing.',
  },
  unreachable: {
    outcome: 'unasked',
    came: 'no connection',
    means: `Nothing listens at the address of the store, or its name is not known. ${without}`,
    fix: 'Put host and port of REDIS_URL or --store right (6379 by default), or start Redis.',
  },
  silent: {
    outcome: 'unasked',
    came: 'no answer in time',
    means: `The store hangs, or a firewall drops the packets. ${without}`,
    fix: 'Look at firewalls and security groups, and whether something blocks Redis, by SLOWLOG.',
  },
  tls: {
    outcome: 'wrong',
    came: 'a connection that breaks at once',
    means: 'One side speaks TLS and the other does not, or Node does not trust the certificate.',
    fix: 'Write rediss:// for a port with TLS and redis:// for one without; set NODE_EXTRA_CA_CERTS for an authority of your own.',
  },
  not_redis: {
    outcome: 'wrong',
    came: 'an answer that is not in the protocol of Redis',
    means: 'Something else listens at this port.',
    fix: 'Put host and port of REDIS_URL or --store right (6379 by default).',
  },
  password_missing: {
    outcome: 'wrong',
    came: 'NOAUTH',
    means: 'The store asks for a password, and none was sent.',
    fix: 'Put the password into REDIS_URL (redis://:password@host:6379), beside ORY_STORE_SECRET; never into --store.',
  },
  password_wrong: {
    outcome: 'wrong',
    came: 'a refusal of the password',
    means: 'The store does not accept this user and password.',
    fix: 'Compare user and password of REDIS_URL with the access list of Redis; percent-encode special characters.',
  },
  denied: {
    outcome: 'wrong',
    came: 'NOPERM',
    means: 'The access list of the store forbids a command or a key.',
    fix: 'Allow GET, PTTL, SET, DEL, XADD, XRANGE and PUBLISH on the keys eos1:*.',
  },
  replica: {
    outcome: 'wrong',
    came: 'the answers of a replica',
    means:
      'A replica takes no writes: nothing is shared, and `invalidate` reaches no other process.',
    fix: primary,
  },
  full: {
    outcome: 'wrong',
    came: 'a refusal to write',
    means:
      'The store is full, cannot write its snapshot, or lacks its replicas: nothing is shared, and `invalidate` rejects.',
    fix: 'Give Redis more memory or disk, and set maxmemory-policy to volatile-ttl; look at min-replicas-to-write.',
  },
  cluster: {
    outcome: 'unasked',
    came: 'MOVED',
    means:
      'This is a node of a cluster, and only a client for clusters finds the node of each key.',
    fix: 'Use the cluster client in the application, and ask by `ory.check()` there.',
  },
  too_old: {
    outcome: 'wrong',
    came: 'an unknown command',
    means: 'The store has no streams: it is older than Redis 5, or something that resembles Redis.',
    fix: 'Use Redis 5 or later, or any Valkey.',
  },
  loading: {
    outcome: 'unasked',
    came: 'LOADING or BUSY',
    means: `Redis reads its data, or runs a long script. ${without}`,
    fix: 'Run this again when Redis is up.',
  },
  offline: {
    outcome: 'unasked',
    came: 'nothing, because the client of the application has no connection',
    means: `Nothing listens at the address of the store, or it does not answer. ${without}`,
    fix: 'Run `express-ory-session doctor --store` with the same address on this machine: it says why.',
  },
  wrong_type: {
    outcome: 'wrong',
    came: 'WRONGTYPE',
    means:
      'The key of the log of revocations holds no stream: no process believes a record of another, and `invalidate` rejects.',
    fix: 'DEL the key `eos1:log:…`: the processes make it anew. Find out who else writes to this Redis.',
  },
  failing: {
    outcome: 'unasked',
    came: 'an error',
    means: `The store, or its client, fails. ${without}`,
    fix: 'Try the same address with redis-cli, and run `storeContract` for a store of your own.',
  },
}
