import tls from 'node:tls'

/** Makes this process trust an authority, as `NODE_EXTRA_CA_CERTS` does from its start. */
export function trust(cert: string): { readonly stop: () => void } {
  const real = tls.connect
  const secureContext = tls.createSecureContext({ ca: cert })
  const connect = (options: tls.ConnectionOptions): tls.TLSSocket =>
    real({ ...options, secureContext })
  tls.connect = connect as typeof real
  return { stop: () => void (tls.connect = real) }
}
