/** The apps as npm installs them, with the newest versions that their package.json accepts, and the packed instructor-wasm. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { TEMPLATES } from '../../create/create.mjs'
import { cache } from '../../scripts/lib.mjs'
import { packed } from '../matrix/apps.mjs'
import { output, runCreate } from './support.mjs'

/** Scripts of package.json that need a runtime other than Node. */
const NOT_IN_NODE = { bun: ['test'] }

describe('npm install', () => {
  let place
  before(() => {
    mkdirSync(cache, { recursive: true })
    place = mkdtempSync(join(cache, 'installed-'))
  })
  after(() => rmSync(place, { recursive: true, force: true }))

  // The page of `html` has no packages.
  for (const { name } of TEMPLATES.filter(({ name }) => name !== 'html'))
    test(`the app of ${name} is installed, type-checks and passes its tests`, async () => {
      const folder = join(place, name)
      runCreate([folder, '--template', name])
      const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const npm = (...args) => output('npm', args, { cwd: folder, timeout: 500_000 })
      await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', packed())
      const { version } = JSON.parse(
        readFileSync(join(folder, 'node_modules', 'instructor-wasm', 'package.json'), 'utf8'),
      )
      assert.match(version, /^\d/)
      for (const script of ['build', 'check', 'test'])
        if (scripts[script] && !NOT_IN_NODE[name]?.includes(script)) await npm('run', script)
    })
})
