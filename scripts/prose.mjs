// npm run lint: words that this project does not use in comments, documentation, messages and names of tests.
//   node scripts/prose.mjs [path...]    each use, with the word to write instead
//   node scripts/prose.mjs --count      a table: uses per word and folder
// The words are in prose/words.json. A word is an error when it is used more often than its `max`, which is 0 except for
// texts that models read (src/validate).
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { at, bold, dim, red, root, say } from './lib.mjs'
import { proseOf } from './prose/read.mjs'

const { values: options, positionals } = parseArgs({
  options: { count: { type: 'boolean' }, root: { type: 'string' } },
  allowPositionals: true,
})
const folder = options.root ?? root
const words = JSON.parse(readFileSync(at('scripts', 'prose', 'words.json'), 'utf8')).map((word) => ({
  ...word,
  // A space in a pattern is also the end of a line.
  regex: new RegExp(word.pattern.replaceAll(' ', '\\s+'), 'gi'),
}))
const files = execFileSync('git', ['ls-files', '-z', '--', ...positionals], { cwd: folder, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file && existsSync(`${folder}/${file}`))
  // Texts for models are data.
  .filter((file) => !file.startsWith('benches/outcome/tasks/'))

const uses = []
for (const file of files) {
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  const prose = proseOf(file, text)
  if (prose === undefined) continue
  for (const word of words)
    for (const { index, 0: found } of prose.matchAll(word.regex))
      uses.push({ file, word, found, line: prose.slice(0, index).split('\n').length })
}

/** The folder that a file is counted in. */
const area = (file) =>
  file.match(/^(src|tests)\/[^/]+(?=\/)/)?.[0] ?? (file.includes('/') ? file.split('/')[0] : '.')
const usesOf = (word) => uses.filter((use) => use.word === word)
const row = (...cells) => say(cells.map((cell, n) => (n ? `${cell}`.padStart(7) : cell.padEnd(22))).join(''))

if (options.count) {
  say(bold('Uses per word'))
  for (const word of words) row(word.name, usesOf(word).length, word.max)
  row('all', uses.length)
  say(bold('Uses per folder'))
  for (const name of [...new Set(uses.map((use) => area(use.file)))].sort())
    row(name, uses.filter((use) => area(use.file) === name).length)
} else {
  const over = new Set(words.filter((word) => usesOf(word).length > word.max))
  for (const { file, line, word, found } of uses)
    if (positionals.length || over.has(word))
      say(`${file}:${line} ${red(found.replace(/\s+/g, ' '))} ${dim(`→ ${word.instead}`)}`)
  for (const word of over) say(`${word.name}: ${usesOf(word).length} uses, at most ${word.max}`)
  if (over.size) process.exitCode = 1
}
