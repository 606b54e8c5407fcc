// Frameworks that render on a server and in the page. Each target builds an app and runs its production server: the results are those
// of its routes, and of its page in each browser.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { APPS } from './apps.mjs'
import { visitAll } from './browser.mjs'
import { describe, fetched, imports, nodeOf, output, RUN, served, writeCases } from './programs.mjs'

/** Writes the files of an app, by their paths. */
function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const SET = `${RUN}.then((results) => { globalThis.results = results })`
const cli = (folder, ...path) => join(folder, 'node_modules', ...path)

/** The results of the routes of a running server by their names, and of its page. */
const visited = (routes) => async (url) => {
  const results = {}
  for (const [name, path] of Object.entries(routes)) results[name] = await fetched(url + path)
  return { ...results, ...(await visitAll(url)) }
}

/** A Next.js app with a route of each runtime, which `next start` serves. */
const next = (bundler) => async (folder) => {
  const route = (runtime) => `${imports({}, '../../../cases.mjs')}
    export const runtime = '${runtime}'
    export const dynamic = 'force-dynamic'
    export const GET = async () => Response.json(await ${RUN})`
  writeCases(folder)
  write(folder, {
    'app/api/edge/route.js': route('edge'),
    'app/api/node/route.js': route('nodejs'),
    'app/layout.jsx':
      'export default function Layout({ children }) { return <html><body>{children}</body></html> }',
    'app/page.jsx': `'use client'
      ${imports({}, '../cases.mjs')}
      import { useEffect } from 'react'
      export default function Page() {
        useEffect(() => { ${SET} }, [])
        return 'cases'
      }`,
  })
  const next = cli(folder, 'next', 'dist', 'bin', 'next')
  const options = { cwd: folder, env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' } }
  await output(process.execPath, [next, 'build', `--${bundler}`], { ...options, timeout: 500_000 })
  return served(
    process.execPath,
    (port) => [next, 'start', '-H', '127.0.0.1', '-p', String(port)],
    options,
    visited({ edge: '/api/edge', node: '/api/node' }),
  )
}

/** A SvelteKit app with its adapter for Node: an endpoint, and the page, which is rendered on the server first. */
async function svelteKit(folder) {
  writeCases(folder)
  describe(folder, { type: 'module' })
  write(folder, {
    'vite.config.js': `import adapter from '@sveltejs/adapter-node'
      import { sveltekit } from '@sveltejs/kit/vite'
      export default { logLevel: 'error', plugins: [sveltekit({ adapter: adapter() })] }`,
    'src/app.html':
      '<!doctype html><html lang="en"><head><meta charset="utf-8">%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
    'src/routes/api/+server.js': `${imports({}, '../../../cases.mjs')}export const GET = async () => Response.json(await ${RUN})`,
    'src/routes/+page.svelte': `<script>
      ${imports({}, '../../cases.mjs')}
      import { onMount } from 'svelte'
      onMount(() => { ${SET} })
      </script>
      cases`,
  })
  const node = nodeOf(folder)
  await output(node, [cli(folder, 'vite', 'bin', 'vite.js'), 'build'], { cwd: folder })
  const routes = visited({ endpoint: '/api' })
  return served(node, () => [join(folder, 'build', 'index.js')], { cwd: folder }, routes)
}

/** A Nuxt app: a route of Nitro, and the page, which is rendered on the server first. */
async function nuxt(folder) {
  writeCases(folder)
  write(folder, {
    'nuxt.config.mjs': "export default { telemetry: false, compatibilityDate: '2026-01-01' }",
    'server/api/cases.mjs': `import { defineEventHandler } from 'h3'\n${imports({}, '../../cases.mjs')}export default defineEventHandler(() => ${RUN})`,
    'app/app.vue': `<script setup>
      ${imports({}, '../cases.mjs')}
      onMounted(() => { ${SET} })
      </script>
      <template><p>cases</p></template>`,
  })
  const node = nodeOf(folder)
  const options = { cwd: folder, env: { NUXT_TELEMETRY_DISABLED: '1' } }
  await output(node, [cli(folder, 'nuxt', 'bin', 'nuxt.mjs'), 'build'], { ...options, timeout: 500_000 })
  const server = join(folder, '.output', 'server', 'index.mjs')
  return served(node, () => [server], options, visited({ route: '/api/cases' }))
}

/** An Astro app with its adapter for Node: an endpoint, and the script of a page. */
async function astro(folder) {
  writeCases(folder)
  write(folder, {
    'astro.config.mjs': `import node from '@astrojs/node'
      export default { output: 'server', adapter: node({ mode: 'standalone' }), devToolbar: { enabled: false } }`,
    'src/pages/api.js': `${imports({}, '../../cases.mjs')}export const GET = async () => Response.json(await ${RUN})`,
    'src/pages/index.astro': `<html lang="en"><body>cases<script>
${imports({}, '../../cases.mjs')}${SET}
</script></body></html>`,
  })
  const node = nodeOf(folder)
  const options = { cwd: folder, env: { ASTRO_TELEMETRY_DISABLED: '1' } }
  await output(node, [cli(folder, 'astro', 'bin', 'astro.mjs'), 'build'], options)
  const server = join(folder, 'dist', 'server', 'entry.mjs')
  return served(node, () => [server], options, visited({ endpoint: '/api' }))
}

export const FRAMEWORKS = [
  { name: 'Next.js, Turbopack', app: 'next', run: next('turbopack') },
  { name: 'Next.js, webpack', app: 'next', run: next('webpack') },
  {
    name: 'SvelteKit, Node adapter',
    app: 'sveltekit',
    version: APPS.sveltekit['@sveltejs/kit'],
    run: svelteKit,
  },
  { name: 'Nuxt', app: 'nuxt', run: nuxt },
  { name: 'Astro, Node adapter', app: 'astro', run: astro },
]
