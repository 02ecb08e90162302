import { connect } from 'node:tls'

/** Longest wait for the handshake, in milliseconds. */
const longestMs = 1_000

/** Whether the port of a URL answers a TLS handshake. Nothing is sent behind it. */
export function speaksTls(url: URL, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // Whose certificate it is does not matter: nothing is said to the server, and nothing believed.
    const socket = connect({ host, port: Number(url.port || 80), rejectUnauthorized: false })
    const end = (isTls: boolean): void => {
      socket.destroy()
      resolve(isTls)
    }
    socket.once('secureConnect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    socket.setTimeout(Math.min(timeoutMs, longestMs), () => end(false))
  })
}
