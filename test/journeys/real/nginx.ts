import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startProgram, type Program } from '../../kratos/database/program.js'

/** A reverse proxy with TLS: one port, and a host below one domain for each server behind it. */
export interface Nginx {
  /** Puts a host in front of a port of 127.0.0.1, and returns where browsers find it. */
  publish(port: number, name: string): Promise<string>
  stop(): Promise<void>
}

/** Browsers look below `localhost` at home, and take cookies for this domain. */
export const domain = 'journeys.localhost'

export async function startNginx(binary: string, folder: string, port: number): Promise<Nginx> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', `/CN=*.${domain}`],
    ],
    { stdio: 'pipe' },
  )
  const upstreams = new Map<string, number>()
  let nginx: Program | undefined

  const server = ([name, upstream]: [string, number]): string => `
  server {
    listen 127.0.0.1:${port} ssl;
    server_name ${name}.${domain};
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }`

  async function restart(): Promise<void> {
    await nginx?.stop('SIGTERM')
    const file = join(folder, 'nginx.conf')
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder};`)
      .join('\n  ')
    await writeFile(
      file,
      `daemon off; worker_processes 1; error_log stderr; pid ${join(folder, 'nginx.pid')};
events {}
http {
  access_log off;
  large_client_header_buffers 4 16k;
  proxy_buffer_size 16k;
  proxy_buffers 8 16k;
  ${temporary}
  ssl_certificate ${certificate};
  ssl_certificate_key ${key};
  ${[...upstreams].map(server).join('')}
}
`,
    )
    nginx = startProgram(binary, ['-c', file, '-p', folder, '-e', 'stderr'], { cwd: folder })
    for (let attempt = 0; !(await isOpen(port)); attempt += 1) {
      if (attempt === 100) throw new Error('nginx does not listen')
      await Promise.race([nginx.ended, delay(50)])
    }
  }

  return {
    async publish(upstream, name) {
      if (upstreams.get(name) !== upstream) {
        upstreams.set(name, upstream)
        await restart()
      }
      return `https://${name}.${domain}:${port}`
    },
    stop: async () => nginx?.stop('SIGTERM'),
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve((socket.destroy(), true)))
    socket.once('error', () => resolve(false))
  })
}
