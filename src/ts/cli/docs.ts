/** `docs`: the documentation of this version, without a network. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Arguments, type Command, EXIT, print, UsageError } from './command.js'

const FOLDER = new URL('../../docs/', import.meta.url)

/** The number of sections that a search prints or lists. */
const SHOWN = 12

interface Section {
  /** The page without its ending: `guide`, `providers/openai`. */
  readonly page: string
  readonly title: string
  readonly text: string
}

export const docs: Command = {
  usage: `instructor-wasm docs [page | words] [--json]

  Without arguments, lists the pages. With the name of a page, prints it. With words, prints the best section that
  contains all of them and lists the others; \`docs page#title\` prints one of those.

  --json   the sections as JSON

  Exit codes: 0 found, 1 no page matches, 2 wrong usage.`,
  run(args) {
    const given = new Arguments(args, { json: 'boolean' })
    const json = given.flag('json')
    const pages = readPages()
    const query = given.positionals.join(' ').trim()
    if (!query) {
      const list = [...pages].map(([page, sections]) => ({ page, title: sections[0]?.title ?? page }))
      print(
        json ? JSON.stringify(list, null, 2) : list.map(({ page, title }) => `${page}: ${title}`).join('\n'),
      )
      return EXIT.ok
    }
    const exact = query.replace(/\.md$/, '').toLowerCase()
    const whole = pages.get(exact)
    const sections = [...pages.values()].flat()
    const named = sections.filter((section) => nameOf(section).toLowerCase() === exact)
    const found = whole ?? (named.length ? named : search(sections, exact))
    if (json) print(JSON.stringify(found, null, 2))
    else if (whole ?? named.length) print(found.map(({ text }) => text).join('\n\n'))
    else if (found.length) {
      const [best, ...others] = found
      print(`${nameOf(best as Section)}\n\n${best?.text}`)
      if (others.length) {
        const rest = others.slice(0, SHOWN).map((section) => `  ${nameOf(section)}`)
        if (others.length > SHOWN) rest.push(`  and ${others.length - SHOWN} more`)
        print(`\nAlso:\n${rest.join('\n')}`)
      }
    } else console.error(`The documentation does not contain ${query}.`)
    return found.length ? EXIT.ok : EXIT.negative
  },
}

const nameOf = ({ page, title }: Section) => `${page}#${title}`

/** What is not for readers of the package: the home page of the site and its tools, and pages for developers. */
const HIDDEN = /^(index\.md$|internals\/|\.)/

/** The sections of each page. */
function readPages(): Map<string, Section[]> {
  let files: string[]
  try {
    files = readdirSync(FOLDER, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'))
  } catch {
    throw new UsageError(`The documentation is not in this installation (${fileURLToPath(FOLDER)}).`)
  }
  const pages = files.filter((name) => name.endsWith('.md') && !HIDDEN.test(name)).sort()
  return new Map(
    pages.map((file) => {
      const page = file.slice(0, -3)
      return [page, sectionsOf(page, readFileSync(new URL(file, FOLDER), 'utf8'))]
    }),
  )
}

/** A page cut at its headings; headings inside fenced code do not count. */
function sectionsOf(page: string, text: string): Section[] {
  const sections: { page: string; title: string; text: string }[] = []
  let fenced = false
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced
    const heading = fenced ? null : /^#{1,4} (.*)$/.exec(line)
    if (heading || !sections.length) sections.push({ page, title: heading?.[1] ?? page, text: line })
    else (sections.at(-1) as { text: string }).text += `\n${line}`
  }
  return sections.map((section) => ({ ...section, text: section.text.trimEnd() }))
}

/** The sections with all words; those with more of them in the title, and with more of them per line, first. */
function search(sections: readonly Section[], query: string): Section[] {
  const words = query.split(/\s+/)
  const score = ({ page, title, text }: Section) => {
    const name = `${page} ${title}`.toLowerCase()
    const body = text.toLowerCase()
    let sum = 0
    for (const word of words) {
      const count = body.split(word).length - 1
      if (!count && !name.includes(word)) return 0
      sum += (name.includes(word) ? 10 : 0) + Math.min(count, 5) + (1000 * count) / (1000 + body.length)
    }
    return sum
  }
  return sections
    .map((section) => ({ section, score: score(section) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .map((one) => one.section)
}
