import { createServer, type AddressInfo } from 'node:net'

/** A port of 127.0.0.1 that was free just now, for programs that have no option to find one. */
export async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
