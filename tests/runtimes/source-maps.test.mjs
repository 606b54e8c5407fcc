/** Source maps: every module of the package has one, and it leads to the line of the TypeScript source, which is in the package. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { files } from '../../scripts/lib.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pkg = join(root, 'pkg')

/** What the build generates without TypeScript: the glue of the modules, and modules as text. */
const GENERATED = /(?:_bg|\.text)\.js$/

const modules = files(pkg).filter((file) => file.endsWith('.js') && !GENERATED.test(file))

/** The map of a module, and the addresses of its sources. */
function mapOf(file) {
  const [, name] = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(file, 'utf8')) ?? []
  assert.ok(name, `${relative(root, file)} names no source map`)
  const place = join(dirname(file), name)
  const map = JSON.parse(readFileSync(place, 'utf8'))
  const folder = join(dirname(place), map.sourceRoot ?? '')
  return { map, sources: map.sources.map((source) => resolve(folder, source)) }
}

test('every source of every map is a relative path to a file of the package', () => {
  assert.ok(modules.length > 200)
  for (const file of modules) {
    const { map, sources } = mapOf(file)
    for (const [i, source] of map.sources.entries()) {
      assert.doesNotMatch(source, /^(?:\/|\w+:)/, relative(root, file))
      // Code of the build itself: the list of what a bundle exports.
      if (/<[\w.]+>$/.test(decodeURIComponent(source))) continue
      const path = relative(root, sources[i])
      assert.match(path, /^(?:src\/ts\/.*\.ts|pkg\/\w+_bg\.js)$/, `${relative(root, file)}: ${source}`)
      assert.ok(existsSync(sources[i]), path)
    }
  }
})

test('functions and classes lead to the lines of TypeScript that declare them', () => {
  let found = 0
  const texts = new Map()
  const linesOf = (file) => {
    if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8').split('\n'))
    return texts.get(file)
  }
  for (const file of modules) {
    const { map, sources } = mapOf(file)
    const decoded = new SourceMap(map)
    for (const [line, text] of readFileSync(file, 'utf8').split('\n').entries()) {
      // Bundles give a second name to what exists twice.
      const [, name] = /^(?:export )?(?:async )?(?:function\*?|class) ([a-zA-Z]+)\b(?!\d)/.exec(text) ?? []
      const entry = name && decoded.findEntry(line, text.indexOf(name))
      const source = entry?.originalSource && sources[map.sources.indexOf(entry.originalSource)]
      if (!source?.endsWith('.ts')) continue
      const original = linesOf(source)[entry.originalLine]
      assert.ok(original.includes(name), `${relative(root, file)}:${line + 1} ${name} leads to: ${original}`)
      found++
    }
  }
  assert.ok(found > 1000, `${found} declarations`)
})

test('with --enable-source-maps the stack of an error has places in TypeScript', () => {
  const program = `import { fromProvider } from 'instructor-wasm'
    try { fromProvider('nobody/x', { apiKey: 'k' }) } catch (error) { console.log(error.stack) }`
  const stack = execFileSync(
    process.execPath,
    ['--enable-source-maps', '--input-type=module', '-e', program],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  const [, file, line] = /\((?:file:\/\/)?([^()\s]*src\/ts\/client\/[\w-]+\.ts):(\d+):\d+\)/.exec(stack) ?? []
  assert.ok(file, stack)
  assert.ok(Number(line) <= readFileSync(file, 'utf8').split('\n').length)
})
