// npm run docs: the site of docs/, with search, at an address on 127.0.0.1; pages reload when they change.
//   npm run docs -- --build     builds it into .cache/site, with the API reference, the playground (.cache/site/play) and llms.txt;
//                               a link without a target fails
//   npm run docs -- --build --no-api    without the API reference
//   npm run docs -- --build --rust      with the documentation of the Rust crate, in .cache/site/rust
import { copyFileSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { at, cache, die, root, run, say } from './lib.mjs'
import { everything } from './llms.mjs'
import { setup } from './setup.mjs'

process.chdir(root)
const { values: options } = parseArgs({
  options: { build: { type: 'boolean' }, api: { type: 'boolean', default: true }, rust: { type: 'boolean' } },
  allowNegative: true,
})
await setup('docs', 'build')
const { build } = await import('./build.mjs')
await build()
const { bundlePlayground, serve } = await import('./playground.mjs')

const tool = (name) => at('docs', '.vitepress', 'node_modules', '.bin', name)
const site = join(cache, 'site')

async function must(name, command, args, more) {
  const done = await run(name, command, args, more)
  if (!done.ok) die(`${done.output.trim()}\n${name} failed (${done.log})`)
}

if (options.build) {
  await must('docs-site', tool('vitepress'), ['build', 'docs'])
  if (options.api) {
    // The entries that have a source of their name; the others are the main entry with another loader.
    const { exports } = JSON.parse(readFileSync(at('package.json'), 'utf8'))
    const entries = Object.keys(exports)
      .map((name) => name.slice(2) || 'index')
      .flatMap((name) => ['.ts', '.tsx'].map((ending) => `src/ts/${name}${ending}`))
      .filter((file) => existsSync(at(file)))
      .flatMap((file) => ['--entryPoints', file])
    await must('docs-api', tool('typedoc'), [
      ...['--tsconfig', 'src/ts/tsconfig.json', ...entries, '--out', join(site, 'api')],
      ...['--name', 'instructor-wasm', '--readme', 'none', '--excludeInternal', '--excludePrivate'],
      // The sources are checked by `npm run check`; types that are not exported have no pages.
      ...['--skipErrorChecking', '--validation.notExported', 'false', '--disableSources'],
    ])
  }
  if (options.rust) {
    await must('docs-rust', 'cargo', [
      'doc',
      '--no-deps',
      '--lib',
      '--features',
      'validator,template,schemars',
    ])
    cpSync(at('target', 'doc'), join(site, 'rust'), { recursive: true })
  }
  await bundlePlayground(join(site, 'play'), { docs: '../' })
  copyFileSync(at('llms.txt'), join(site, 'llms.txt'))
  writeFileSync(join(site, 'llms-full.txt'), everything())
  say(`the site is in ${site}`)
} else {
  const playground = await serve(await bundlePlayground())
  await must('docs-dev', tool('vitepress'), ['dev', 'docs', '--host', '127.0.0.1'], {
    live: true,
    env: { ...process.env, PLAYGROUND_URL: playground.url },
  })
}
