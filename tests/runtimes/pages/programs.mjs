/**
 * The programs of README.md and docs/: TypeScript blocks, scripts of HTML blocks, and the replies that comments before them
 * name. `tests/types/snippets.mjs` checks their types, `tests/runtimes/pages.test.mjs` runs them. Programs of other libraries
 * have the attribute `peer` (`tests/runtimes/peers.test.mjs`), or are Python (`tests/runtimes/python-docs.test.mjs`).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

const markdown = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? markdown(path) : entry.name.endsWith('.md') ? [path] : []
  })

/** The pages: paths from the root. */
export const pages = () =>
  [join(root, 'README.md'), ...markdown(join(root, 'docs'))].map((path) => relative(root, path))

const BLOCK = /^(?:<!-- reply: (.*?) -->\n+)*```(tsx?|html|python)( [^\n]*)?\n([\s\S]*?)^```$/gm

/**
 * Programs of a page: `code`, `language`, `line` of the page, `attributes` after the language (`peer=ai`), `replies`.
 */
export function programs(page) {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(BLOCK)].map((found) => {
    const [whole, , language, info = '', code] = found
    const replies = [...whole.matchAll(/^<!-- reply: (.*?) -->$/gm)].map(([, json]) => JSON.parse(json))
    const attributes = Object.fromEntries(
      info
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => word.split('=')),
    )
    const line = text.slice(0, found.index + whole.indexOf('```')).split('\n').length
    return { page, line, language, code, replies, attributes }
  })
}
