// The layers of src/ts, as ARCHITECTURE.md lists them: no file imports from a higher layer, and no files import each other
// in a circle. Type imports count too.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = join(root, 'src', 'ts')
const ENTRIES = 'entries'

/** The layers, lowest first; each is a list of folders. */
function layers() {
  const [, list] = /^```layers\n(?:[^`]*\n)?src\/ts: (.+)$/m.exec(
    readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'),
  )
  return list.split(' < ').map((layer) => layer.split(', '))
}

/** The files, by path relative to src/ts, with the files that each imports. */
function imports() {
  const files = readdirSync(sources, { recursive: true }).filter((file) => file.endsWith('.ts'))
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(sources, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
        ([, specifier]) => specifier,
      )
      const targets = specifiers
        .map((specifier) =>
          relative(sources, join(sources, dirname(file), specifier)).replace(/\.js$/, '.ts'),
        )
        // The build makes the modules and their glue.
        .filter((target) => existsSync(join(sources, target)))
      return [file, targets]
    }),
  )
}

const folderOf = (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : ENTRIES)

/** A circle of imports, or undefined. */
function circle(graph) {
  const done = new Set()
  const path = []
  const visit = (file) => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    path.push(file)
    for (const target of graph.get(file) ?? []) {
      const found = visit(target)
      if (found) return found
    }
    path.pop()
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const found = visit(file)
    if (found) return found
  }
  return undefined
}

const graph = imports()
assert.ok([...graph.values()].flat().length > 200, 'the imports are read')

test('every folder of src/ts is in one layer of ARCHITECTURE.md', () => {
  const listed = layers().flat()
  const folders = new Set([...graph.keys()].map(folderOf))
  assert.deepEqual([...listed].sort(), [...folders].sort())
})

test('no file of src/ts imports from a higher layer or from another folder of its layer', () => {
  const level = new Map(layers().flatMap((layer, i) => layer.map((folder) => [folder, i])))
  const upward = []
  for (const [file, targets] of graph)
    for (const target of targets) {
      const [from, to] = [folderOf(file), folderOf(target)]
      if (from !== to && level.get(to) >= level.get(from)) upward.push(`${file} → ${target}`)
    }
  assert.deepEqual(upward, [])
})

test('no files of src/ts import each other in a circle', () => {
  assert.equal(circle(graph)?.join(' → '), undefined)
})

test('a circle of imports is found', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ])
  assert.deepEqual(circle(graph), ['b', 'c', 'b'])
})
