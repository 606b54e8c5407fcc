/** The prose lint (`npm run lint`): which text of a file it reads. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proseOf } from '../../scripts/prose/read.mjs'

/** The pieces of prose in a file, in order. */
function pieces(path, text) {
  const prose = proseOf(path, text)
  assert.equal(prose.length, text.length)
  return prose
    .split(/\0[\0\n]*/)
    .map((piece) => piece.trim().replace(/\s+/g, ' '))
    .filter(Boolean)
}

test('Rust: comments, messages and long function names are prose, code and data are not', () => {
  const source = `//! Reads \`code\`.
//! And more.
const A: char = '"'; // "a note"
fn four_words_make_a_sentence<'a>(x: &'a str) { fail("the field is too long"); f(r#"{"a b c": 1}"#); g("id") }`
  assert.deepEqual(pieces('a.rs', source), [
    'Reads ______. And more.',
    '"a note"',
    'four words make a sentence',
    'the field is too long',
  ])
})

test('JavaScript: regular expressions, nested templates and short strings are not prose', () => {
  const source = `/** One comment
 * of two lines. */
const a = /["'\`]/.test(b) ? 'text/plain' : c / d // after code
throw new Error(\`the value \${e.map((f) => \`\${f} is one\`)} is too long\`)`
  const found = pieces('a.mjs', source)
  assert.deepEqual(found.slice(0, 2), ['One comment of two lines.', 'after code'])
  assert.match(found[2], /^the value _+ is too long$/)
  assert.equal(found.length, 3)
})

test('Markdown: of a code block only the comments are prose', () => {
  const source =
    'Call `create`.\n\n```ts\nawait create() // returns the value\n```\n\nSee [the guide](guide.md).\n'
  assert.deepEqual(pieces('a.md', source), [
    'Call ________.',
    'returns the value',
    'See [the guide]__________.',
  ])
})

test('other files: comments of TOML and shell, text of HTML; unknown kinds have no prose', () => {
  assert.deepEqual(pieces('a.toml', 'a = "#b" # why\n'), ['why'])
  assert.deepEqual(pieces('a.html', '<p class="x">Some text</p><script>let a</script>'), ['Some text'])
  assert.equal(proseOf('a.lock', '# a'), undefined)
})
