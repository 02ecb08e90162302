/** How many TCP sockets this process holds, those included that are still connecting. */
export function countSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(?:TCP|TLS|Connect)/.test(name)).length
}
