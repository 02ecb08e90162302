import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Meter } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

/** What an application measures with. */
export interface Telemetry {
  readonly meter: Meter
  /** Where Prometheus reads. */
  readonly url: string
  stop(): Promise<void>
}

/** Serves metrics on a port of their own, which no user of the application needs to reach. */
export async function startTelemetry(port: number): Promise<Telemetry> {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const server = createServer((request, response) =>
    exporter.getMetricsRequestHandler(request, response),
  ).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    meter: provider.getMeter('app'),
    url: `http://127.0.0.1:${String(address.port)}/metrics`,
    async stop() {
      server.close()
      server.closeAllConnections()
      await provider.shutdown()
    },
  }
}
