// The site that `npm run docs -- --build` has written to .cache/site. The step `docs` of npm test builds it before.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cache } from '../../scripts/lib.mjs'

const site = join(cache, 'site')
const read = (...path) => readFileSync(join(site, ...path), 'utf8')

test('pages link to the playground, which is in the site with its files', () => {
  for (const page of ['index.html', 'playground.html', 'getting-started.html'])
    assert.match(read(page), /href="\/play\/"/, page)
  const html = read('play', 'index.html')
  const files = [...html.matchAll(/(?:src|href)="([\w.-]+)"/g)].map(([, file]) => file)
  assert.ok(files.includes('main.js') && files.includes('style.css'), files.join(' '))
  for (const file of [...files, 'wllama.wasm', 'core.wasm'])
    assert.ok(existsSync(join(site, 'play', file)), file)
  // The documentation of the same version, not the repository's.
  assert.match(html, /<a href="\.\.\/">Docs<\/a>/)
})

test('the site has llms.txt with the text of every page', () => {
  assert.ok(read('llms-full.txt').length > read('llms.txt').length)
})
