/** The table of lines of code in docs/comparison.md is that of the programs in benches/lines. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { count, filesOf, LIBRARIES, PAGE, TASKS, withTable } from '../../benches/lines/count.mjs'
import { at } from '../../scripts/lib.mjs'

test('the page has the lines of the programs; `npm run bench:lines -- --update` writes it', () => {
  const page = readFileSync(PAGE, 'utf8')
  assert.equal(page, withTable(page))
})

test('the README has the lines of a retry', () => {
  const [own, ai, openai, js] = LIBRARIES.map(({ folder }) => count(filesOf(folder, 'retry')).lines)
  const readme = readFileSync(at('README.md'), 'utf8')
  assert.ok(readme.includes(`| **${own}** | ${ai} | ${openai} | ${js}, without the tokens |`))
})

test('this package has a program for each task', () => {
  for (const { name } of TASKS) assert.ok(filesOf('instructor-wasm', name).length, name)
})

test('the server and the React page have no more lines and characters than those of the AI SDK', () => {
  const [own, ai] = ['instructor-wasm', 'ai'].map((library) => count(filesOf(library, 'react')))
  assert.ok(own.lines <= ai.lines && own.characters <= ai.characters, `${JSON.stringify([own, ai])}`)
})

test('no library has a shorter program for a task', () => {
  for (const { name } of TASKS) {
    const own = count(filesOf('instructor-wasm', name))
    for (const { folder } of LIBRARIES.slice(1)) {
      const files = filesOf(folder, name)
      if (files.length) assert.ok(own.characters <= count(files).characters, `${name}, ${folder}`)
    }
  }
})
