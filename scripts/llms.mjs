// node scripts/llms.mjs: writes llms.txt, the index of the documentation for language models (https://llmstxt.org). The text of all
// pages goes to the site only (llms-full.txt): the package has the pages themselves.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { GROUPS } from '../docs/.vitepress/pages.mjs'
import { at } from './lib.mjs'

export function llms() {
  const groups = GROUPS.filter(([title]) => title !== 'Internals').map(([title, pages]) => {
    const lines = pages.map(([page, name, summary]) => `- [${name}](docs/${page}.md): ${summary}`)
    return `## ${title}\n\n${lines.join('\n')}\n`
  })
  return `# instructor-wasm

> Typed, validated data from any LLM in one call, in browsers, Cloudflare Workers, Deno, Bun and Node: Instructor's core in WebAssembly with a typed client.

Every program in these pages is type-checked and run by tests. The npm package contains the pages; \`npx instructor-wasm docs WORDS\` searches them.

${groups.join('\n')}`
}

/** All pages in one text. */
export const everything = () =>
  GROUPS.flatMap(([, pages]) => pages)
    .map(([page]) => `<!-- docs/${page}.md -->\n\n${readFileSync(at('docs', `${page}.md`), 'utf8').trim()}`)
    .join('\n\n')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(at('llms.txt'), llms())
  console.log('llms.txt is written')
}
