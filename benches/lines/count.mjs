/** The programs of each library, their lines and characters, and the table of docs/comparison.md. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { at } from '../../scripts/lib.mjs'

const here = at('benches', 'lines')
export const PAGE = at('docs', 'comparison.md')

/** The libraries: the folder of the programs, and the package with the version. */
export const LIBRARIES = [
  { folder: 'instructor-wasm', title: 'this package' },
  { folder: 'ai', title: 'AI SDK', name: 'ai', home: '.' },
  { folder: 'openai', title: 'openai', name: 'openai', home: '.' },
  {
    folder: 'instructor-js',
    title: 'instructor-js',
    name: '@instructor-ai/instructor',
    home: 'instructor-js',
  },
]

/** The tasks: what a program does, and what it prints after the scripted answers of the model. */
export const TASKS = [
  {
    name: 'object',
    about: 'one object',
    replies: [{ value: { name: 'Jason', age: 25 } }],
    prints: 'Jason 25',
  },
  {
    name: 'retry',
    about: 'an invalid answer goes back to the model; the tokens of all attempts',
    replies: [
      { value: { name: 'Jason', age: 'unknown' }, usage: { input: 10, output: 5 } },
      { value: { name: 'Jason', age: 25 }, usage: { input: 20, output: 5 } },
    ],
    prints: 'Jason 25 40',
    without: { 'instructor-js': ['without the tokens', 'Jason 25'] },
  },
  { name: 'react', about: 'a stream in a React page, and its server' },
  {
    name: 'list',
    about: 'the elements of a list, each validated when it is complete',
    replies: [
      {
        list: [
          { name: 'Jason', age: 25 },
          { name: 'Ada', age: 36 },
        ],
      },
    ],
    prints: 'Jason 25\nAda 36',
  },
  { name: 'test', about: 'a test without a network', replies: [], prints: 'Jason' },
  {
    name: 'tools',
    about: 'an object after own functions ran',
    replies: [
      { toolCalls: [{ name: 'orders', arguments: { email: 'jo@example.com' } }] },
      { answer: { summary: 'A chair.' } },
    ],
    prints: 'A chair.',
  },
]

/** The files of a program; none if the library has no program for the task. */
export function filesOf(library, task) {
  const folder = join(here, library, task)
  if (existsSync(folder) && statSync(folder).isDirectory())
    return readdirSync(folder).map((file) => join(folder, file))
  return [`${folder}.ts`].filter(existsSync)
}

/** Lines that are not empty, and characters without blanks, of files without comments. */
export function count(files) {
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  if (/^\s*(\/\/|\/\*)/m.test(text)) throw new Error(`${files[0]} has a comment: it would be counted`)
  const lines = text.split('\n').filter((line) => line.trim())
  return { lines: lines.length, characters: text.replace(/\s/g, '').length }
}

const version = ({ name, home }) =>
  JSON.parse(readFileSync(join(here, home, 'package.json'), 'utf8')).dependencies[name]

/** The rows of the table, as Markdown. */
export function table() {
  const cell = (task, { folder }) => {
    const files = filesOf(folder, task.name)
    if (!files.length) return '–'
    const { lines, characters } = count(files)
    const note = task.without?.[folder]
    return `${lines} / ${characters}${note ? ` (${note[0]})` : ''}`
  }
  const row = (cells) => `| ${cells.join(' | ')} |`
  const titles = LIBRARIES.map((library) =>
    library.name ? `${library.title} ${version(library)}` : library.title,
  )
  return [
    row(['', ...titles]),
    row(['---', ...LIBRARIES.map(() => '---')]),
    ...TASKS.map((task) => row([task.about, ...LIBRARIES.map((library) => cell(task, library))])),
  ].join('\n')
}

const MARKS = ['<!-- lines -->', '<!-- /lines -->']

/** The page with the table between its marks. */
export function withTable(text) {
  const [before, rest] = text.split(MARKS[0])
  return `${before}${MARKS[0]}\n\n${table()}\n\n${MARKS[1]}${rest.split(MARKS[1])[1]}`
}
