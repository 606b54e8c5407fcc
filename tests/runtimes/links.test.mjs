/** Pages and headings that other pages and comments cite exist. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const skipped = new Set(['node_modules', 'target', 'pkg', 'dist', 'corpus'])

/** All files below `folder` with one of these endings; hidden folders and build output are left out. */
function files(folder, endings) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return files(path, endings)
    return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : []
  })
}

/** The anchors of a page as GitHub makes them, and those given as `<a id="…">`. */
function anchors(path) {
  const found = new Set()
  const text = readFileSync(join(root, path), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  for (const [, title] of text.matchAll(/^#+ (.*)$/gm)) {
    const words = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-')
    let unique = slug
    for (let count = 1; found.has(unique); count++) unique = `${slug}-${count}`
    found.add(unique)
  }
  for (const [, id] of text.matchAll(/<a id="([^"]+)"/g)) found.add(id)
  return found
}

/** What is wrong with a link from `from` to `path#anchor`, if anything is. */
function broken(from, path, anchor) {
  if (!existsSync(join(root, path))) return `${from}: ${path} does not exist`
  if (!anchor || !path.endsWith('.md')) return undefined
  return anchors(path).has(anchor) ? undefined : `${from}: ${path} has no heading #${anchor}`
}

test('links between pages lead to pages and headings', () => {
  const wrong = []
  for (const page of files('.', ['.md'])) {
    const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path, anchor] = target.split('#')
      const file = path ? relative(root, join(root, dirname(page), path)) : page
      const folder = existsSync(join(root, file)) && statSync(join(root, file)).isDirectory()
      wrong.push(broken(page, file || '.', folder ? undefined : anchor))
    }
  }
  assert.deepEqual(wrong.filter(Boolean), [])
})

test('files of the repository that pages mention exist', () => {
  const wrong = []
  for (const page of files('.', ['.md']).filter((page) => page !== 'CHANGELOG.md')) {
    const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
    // An example mentions its own files.
    for (const [, path] of text.matchAll(/`((?:src|tests|scripts|shims|docs|examples)\/[\w./-]+)`/g))
      if (![root, join(root, dirname(page))].some((base) => existsSync(join(base, path))))
        wrong.push(`${page}: ${path} does not exist`)
  }
  assert.deepEqual(wrong, [])
})

test('commands that pages mention exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wrong = []
  // The examples are packages with their own commands.
  for (const page of files('.', ['.md']).filter((page) => !page.startsWith('examples')))
    for (const [, name] of readFileSync(join(root, page), 'utf8').matchAll(/\bnpm run ([\w:-]+)/g))
      if (!scripts[name]) wrong.push(`${page}: package.json has no script ${name}`)
  assert.deepEqual(wrong, [])
})

test('pages, headings and rules that comments cite exist', () => {
  const rules = readFileSync(join(root, 'docs', 'differences.md'), 'utf8')
  const pages = new Set(files('.', ['.md']).map((path) => basename(path)))
  const wrong = []
  const endings = ['.rs', '.ts', '.tsx', '.mjs', '.js', '.html', '.toml']
  for (const file of ['src', 'scripts', 'tests', 'examples', 'www', 'benches'].flatMap((folder) =>
    existsSync(join(root, folder)) ? files(folder, endings) : [],
  )) {
    // A citation may be broken across lines of a comment.
    const text = readFileSync(join(root, file), 'utf8').replace(/\n\s*(\/\/[/!]?|\*) ?/g, ' ')
    for (const [, path, anchor] of text.matchAll(/\b(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g))
      wrong.push(broken(file, path, anchor))
    for (const [, rule] of text.matchAll(/differences\.md, rule `([\w-]+)`/g))
      if (!rules.includes(`| \`${rule}\` |`)) wrong.push(`${file}: docs/differences.md has no rule ${rule}`)
    if (file.startsWith('src'))
      for (const [, page] of text.matchAll(/([\w-]+\.md)\b/g))
        if (!pages.has(page)) wrong.push(`${file}: cites ${page}, which is not in the repository`)
  }
  assert.deepEqual(wrong.filter(Boolean), [])
})
