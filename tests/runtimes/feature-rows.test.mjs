/**
 * The features of Python's Instructor, one row each (`features/`): every row names the tests that show it, and the row of the
 * documentation where this library differs. A proof is `file: name of the test` (`core/…` and `src/…` are Rust, `types/…` is a
 * file that the compiler checks) or `docs/….md: heading or first cell of a row`.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { PYTHON } from './features/python.mjs'
import { REQUESTS } from './features/requests.mjs'
import { SEEDS } from './features/seeds.mjs'
import { VALUES } from './features/values.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const rows = [SEEDS, REQUESTS, VALUES, PYTHON].flatMap((table) => Object.entries(table))

/** Texts of files, and what is found in them, by path. */
const found = new Map()
function once(path, read) {
  if (!found.has(path)) found.set(path, existsSync(join(root, path)) ? read(path) : undefined)
  return found.get(path)
}
const text = (path) => readFileSync(join(root, path), 'utf8')

/** The names of the tests in a file, templates with their `${…}`; tests that never run are not among them. */
function testsOf(path) {
  const names = new Set()
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'test') {
      const [name, options] = node.arguments
      const never =
        options && ts.isObjectLiteralExpression(options) && /\b(skip|todo): true\b/.test(options.getText())
      if (name && !never) names.add(ts.isStringLiteralLike(name) ? name.text : name.getText().slice(1, -1))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text(path), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS))
  return names
}

/** The names of the tests in a file of Rust. */
const rustTestsOf = (path) =>
  new Set(
    [...text(path).matchAll(/^[^\S\n]*#\[test\]\s*(#\[(?!ignore)[^\]]*\]\s*)*fn (\w+)/gm)].map(
      ([, , name]) => name,
    ),
  )

/** The headings of a page, and the first cell of each row of its tables. */
function placesOf(path) {
  const places = new Set()
  for (const line of text(path).split('\n')) {
    const [, heading] = /^#+ (.*)$/.exec(line) ?? []
    const [, cell] = /^\| ((?:[^|\\]|\\.)+) \|/.exec(line) ?? []
    if (heading ?? cell) places.add((heading ?? cell).trim())
  }
  return places
}

/** What a proof lacks, or `undefined`. */
function lack(proof) {
  const [, file, name] = /^([\w./-]+)(?:: (.+))?$/.exec(proof) ?? []
  if (!file) return 'is not a proof'
  const [folder] = file.split('/')
  const [path, read] =
    folder === 'docs'
      ? [file, placesOf]
      : folder === 'core'
        ? [`tests/${file}.rs`, rustTestsOf]
        : folder === 'src'
          ? [`${file}.rs`, rustTestsOf]
          : folder === 'types'
            ? [`tests/${file}.ts`, text]
            : [`tests/runtimes/${file}.test.mjs`, testsOf]
  const names = once(path, read)
  if (names === undefined) return `${path} does not exist`
  if (folder === 'types')
    return name === undefined && /@ts-expect-error|expect</.test(names) ? undefined : `${path} has no checks`
  return names.has(name) ? undefined : `${path} has no ${JSON.stringify(name)}`
}

/** The rows that there must be. */
function expected() {
  const ids = []
  for (const [prefix, first, last] of [
    ['S0.', 1, 15],
    ['S1.', 1, 8],
    ['S2.', 1, 14],
    ['S3.', 1, 3],
    ['S4.', 1, 8],
    ['', 1, 120],
    ['X', 1, 21],
  ])
    for (let i = first; i <= last; i++) ids.push(`${prefix}${i}`)
  return ids
}

test('the table has each feature once', () => {
  assert.deepEqual(rows.map(([id]) => id).sort(), expected().sort())
  assert.equal(rows.length, 189)
})

test('every feature has its proofs: the tests, the pages and their rows exist', () => {
  const missing = []
  for (const [id, [feature, ...proofs]] of rows) {
    if (!feature || !proofs.length) missing.push(`${id}: nothing is named`)
    for (const proof of proofs) {
      const why = lack(proof)
      if (why) missing.push(`${id}: ${why}`)
    }
  }
  assert.deepEqual(missing, [])
})

test('only features that are left out on purpose have no test', () => {
  const untested = rows.filter(([, [, ...proofs]]) => proofs.every((proof) => proof.startsWith('docs/')))
  assert.deepEqual(
    untested.map(([id]) => id),
    ['X9', 'X10'],
  )
})

test('a proof that does not exist is found', () => {
  const name = 'create returns the validated value and sends the model name as the tool'
  assert.equal(lack(`create: ${name}`), undefined)
  for (const wrong of [
    `create: ${name}.`,
    `creation: ${name}`,
    'create',
    'core/call_loop: a_test_that_nobody_wrote',
    'core/nothing: a_valid_answer_is_the_result_of_one_request',
    'src/chat/usage: read',
    'docs/differences.md: `no-such-rule`',
    'docs/guide.md: No such heading',
    'types/nothing',
    'no proof at all',
  ])
    assert.notEqual(lack(wrong), undefined, wrong)
})
