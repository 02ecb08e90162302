import type { Meter } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

/** Serves metrics at /metrics on a port of its own, which only Prometheus can reach. */
export async function startTelemetry(
  port: number,
): Promise<{ meter: Meter; port: number; stop(): Promise<void> }> {
  const exporter = new PrometheusExporter({ host: '127.0.0.1', port, preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  await exporter.startServer()
  return { meter: provider.getMeter('app'), port, stop: () => provider.shutdown() }
}
