// The site of docs/: `npm run docs`. Links out of docs/ lead to the repository.
import { fileURLToPath } from 'node:url'
import { GROUPS } from './pages.mjs'

const REPOSITORY = 'https://github.com/instructor-wasm/instructor-wasm'
// `npm run docs` serves it at another address; the built site has it in a folder.
const PLAYGROUND = process.env.PLAYGROUND_URL ?? '/play/'
const PAGES = GROUPS.flatMap(([, pages]) => pages)
const rewritten = (page) => page.replace(/README$/, 'index')

/** Links from a page out of docs/ (`../ARCHITECTURE.md`, `../../src/…`) become links to the repository. */
function outside(md) {
  const render =
    md.renderer.rules.link_open ?? ((tokens, at, options, _, self) => self.renderToken(tokens, at, options))
  md.renderer.rules.link_open = (tokens, at, options, env, self) => {
    const href = tokens[at].attrGet('href') ?? ''
    const depth = (env.relativePath ?? '').split('/').length
    if (href.startsWith('../'.repeat(depth)))
      tokens[at].attrSet('href', `${REPOSITORY}/blob/main/${href.replaceAll('../', '')}`)
    return render(tokens, at, options, env, self)
  }
}

/** Braces in code and text are text, not expressions of Vue. */
function plain(md) {
  outside(md)
  md.renderer.rules.code_inline = (tokens, at) =>
    `<code v-pre>${md.utils.escapeHtml(tokens[at].content)}</code>`
}

export default {
  title: 'instructor-wasm',
  description: 'Typed, validated data from any LLM, in browsers, at the edge and in Node.',
  lang: 'en',
  base: process.env.DOCS_BASE ?? '/',
  srcDir: fileURLToPath(new URL('..', import.meta.url)),
  outDir: fileURLToPath(new URL('../../.cache/site', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../.cache/vitepress', import.meta.url)),
  cleanUrls: true,
  rewrites: { 'providers/README.md': 'providers/index.md', 'internals/README.md': 'internals/index.md' },
  ignoreDeadLinks: [/^\/api\//, /^\/play\//],
  markdown: { config: plain, theme: { light: 'github-light', dark: 'github-dark' } },
  transformPageData(page) {
    const [, , summary] =
      PAGES.find(([name]) => rewritten(name) === page.relativePath.replace(/\.md$/, '')) ?? []
    return summary ? { description: summary } : undefined
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/getting-started' },
      { text: 'Providers', link: '/providers/' },
      { text: 'Playground', link: PLAYGROUND, target: '_self' },
      { text: 'API', link: '/api/', target: '_self' },
    ],
    sidebar: GROUPS.map(([text, pages]) => ({
      text,
      collapsed: text === 'Internals' || text === 'Providers',
      items: pages.map(([page, title]) => ({ text: title, link: `/${rewritten(page)}` })),
    })),
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    editLink: { pattern: `${REPOSITORY}/edit/main/docs/:path` },
  },
}
