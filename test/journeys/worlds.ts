import { accessSync, constants } from 'node:fs'
import { createFakeWorld } from './fake-world.js'
import { createRealWorld } from './real/real-world.js'
import type { World, WorldOptions } from './world.js'

export interface WorldMaker {
  readonly name: string
  readonly create: (options: WorldOptions) => Promise<World>
}

const { KRATOS_BINARY: kratos, ORY_UI_DIR: ui, NGINX = '/usr/sbin/nginx' } = process.env

/** The worlds that this machine has the parts for; what is left out is said once. */
export function findWorlds(): readonly WorldMaker[] {
  const fake: WorldMaker = { name: 'the fake Ory', create: createFakeWorld }
  if (!kratos || !ui) {
    const wanted = [kratos ? [] : ['KRATOS_BINARY'], ui ? [] : ['ORY_UI_DIR']].flat().join(' and ')
    process.stdout.write(`Left out of the journeys, for want of ${wanted}: the real Ory\n`)
    return [fake]
  }
  const parts = { kratos, ui }
  const real: WorldMaker = {
    name: "Kratos and Ory's UI",
    create: (options) => createRealWorld(parts, options),
  }
  if (!isProgram(NGINX)) {
    process.stdout.write(`Left out of the journeys, for want of NGINX: the real Ory behind TLS\n`)
    return [fake, real]
  }
  const secured: WorldMaker = {
    name: "Kratos and Ory's UI behind nginx with TLS",
    create: (options) => createRealWorld({ ...parts, nginx: NGINX }, options),
  }
  return [fake, real, secured]
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
