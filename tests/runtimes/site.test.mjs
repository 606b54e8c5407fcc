/** The navigation of the site and llms.txt list every page. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { GROUPS } from '../../docs/.vitepress/pages.mjs'
import { llms } from '../../scripts/llms.mjs'
import { pages } from './pages/programs.mjs'

const listed = GROUPS.flatMap(([, group]) => group.map(([page]) => `docs/${page}.md`))

test('every page of docs/ is in the navigation once, and no other', () => {
  const files = pages().filter((page) => page.startsWith('docs/') && page !== 'docs/index.md')
  assert.deepEqual([...listed].sort(), files.sort())
})

test('llms.txt has every page with a sentence about it', () => {
  const text = readFileSync(new URL('../../llms.txt', import.meta.url), 'utf8')
  assert.equal(text, llms(), 'run node scripts/llms.mjs')
  for (const [, summary] of text.matchAll(/^- \[.*\]\(.*\): (.*)$/gm)) assert.match(summary, /^.{15,}\.$/)
})
