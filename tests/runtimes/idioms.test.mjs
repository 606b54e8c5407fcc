/** The idioms of prompts (tests/core/template_idioms.json): the package renders them as Python's jinja2 does. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { failure, renderer } from './support.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const corpus = join(root, 'tests', 'core', 'template_idioms.json')
const { context, idioms } = JSON.parse(readFileSync(corpus, 'utf8'))

const render = renderer(context)

test('the package renders the idioms of prompts as jinja2 does', async () => {
  for (const { template, jinja2, here } of idioms) {
    if (here === undefined) {
      assert.equal(await render(template), jinja2, template)
    } else if (here.includes(' is unknown') || here.includes('does not exist')) {
      const error = await failure(() => render(template))
      assert.ok(error.message.includes(here), `${template}: ${error.message}`)
    }
  }
})

const python = [join(root, '.cache', 'venv', 'bin', 'python'), 'python3'].find(
  (command) =>
    (command === 'python3' || existsSync(command)) &&
    spawnSync(command, ['-c', 'import jinja2']).status === 0,
)

test('the recorded texts are what jinja2 renders', { skip: python ? false : 'no Python with jinja2' }, () => {
  const { status, stdout } = spawnSync(python, [corpus.replace('.json', '.py'), '--check'], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stdout)
})
