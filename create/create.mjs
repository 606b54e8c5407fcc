#!/usr/bin/env node
// npm create instructor-wasm [folder] -- --template NAME: copies a template into an empty folder.
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** The templates, with the commands that start each. `npm` is replaced by the package manager that is in use. */
export const TEMPLATES = [
  { name: 'next', about: 'Next.js: a page and the relay that it reads', run: ['npm install', 'npm run dev'] },
  { name: 'vite-react', about: 'Vite and React, with a relay in Hono', run: ['npm install', 'npm run dev'] },
  { name: 'worker', about: 'Cloudflare Worker: a relay with a cache', run: ['npm install', 'npm run dev'] },
  { name: 'hono', about: 'Hono: an API and a relay', run: ['npm install', 'npm run dev'] },
  { name: 'node', about: 'Node: a command', run: ['npm install', 'npm start'] },
  { name: 'deno', about: 'Deno: a relay', run: ['deno install', 'deno task dev'] },
  { name: 'bun', about: 'Bun: a page and its relay', run: ['bun install', 'bun run dev'] },
  { name: 'html', about: 'one HTML file, without a build', run: ['npm start'] },
  { name: 'chrome-ai', about: "Chrome's own model, or a remote one", run: ['npm install', 'npm run dev'] },
]

const NAMES = TEMPLATES.map(({ name }) => name)
const WIDTH = Math.max(...NAMES.map((name) => name.length))
const LIST = TEMPLATES.map(({ name, about }, i) => `  ${i + 1}  ${name.padEnd(WIDTH)}  ${about}`).join('\n')
const HELP = `npm create instructor-wasm [folder] -- --template NAME

Templates:
${LIST}
`
/** Files with keys, and the examples that they are copies of. */
const KEYS = ['.env.example', '.env.local.example', '.dev.vars.example']

/** A message without a stack trace. */
class Stop extends Error {}

/** Questions on the terminal, or from lines that are piped into the command. */
function questions() {
  const input = createInterface({ input: process.stdin, terminal: false })
  const lines = input[Symbol.asyncIterator]()
  return {
    async ask(question, otherwise) {
      process.stdout.write(question)
      const { value, done } = await lines.next()
      if (done) throw new Stop(otherwise)
      return value.trim()
    },
    close: () => input.close(),
  }
}

const isEmpty = (folder) => !existsSync(folder) || readdirSync(folder).every((file) => file === '.git')

/** The name of a package of this folder, as npm accepts it. */
const packageName = (folder) =>
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'app'

/** Copies a template, with the name of the folder. */
function copy(template, folder) {
  const source = join(fileURLToPath(new URL('.', import.meta.url)), 'templates', template)
  cpSync(source, folder, { recursive: true })
  renameSync(join(folder, '_gitignore'), join(folder, '.gitignore'))
  const manifest = join(folder, 'package.json')
  const text = readFileSync(manifest, 'utf8')
  writeFileSync(manifest, text.replace(/"name": ".*"/, `"name": "${packageName(folder)}"`))
}

/** The commands to continue with. */
function nextSteps(template, folder) {
  // npm, pnpm, yarn and bun state themselves: "pnpm/10.1.0 npm/? node/…".
  const manager = /^(pnpm|yarn|bun)\//.exec(process.env.npm_config_user_agent ?? '')?.[1] ?? 'npm'
  const { run } = TEMPLATES.find(({ name }) => name === template)
  const [install, ...start] = run.map((command) => command.replace(/^npm\b/, manager))
  const example = KEYS.find((file) => existsSync(join(folder, file)))
  const copied = example && `cp ${example} ${example.replace('.example', '')}    # enter your key there`
  const place = relative('.', folder)
  return [place && `cd ${/\s/.test(place) ? `"${place}"` : place}`, install, copied, ...start].filter(Boolean)
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { template: { type: 'string', short: 't' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return process.stdout.write(HELP)
  const [given, word, ...rest] = positionals
  if (rest.length) throw new Stop(`A folder and a template are expected, not also ${rest.join(', ')}.`)
  const { ask, close } = questions()
  try {
    // Without "--", npm removes `--template` and passes its value only.
    let { template = word } = values
    if (template === undefined) {
      const answer = await ask(
        `Templates:\n${LIST}\nWhich one? `,
        `\nState one: --template ${NAMES.join('|')}`,
      )
      template = TEMPLATES[Number(answer) - 1]?.name ?? answer
    }
    if (!NAMES.includes(template))
      throw new Stop(`No template is called "${template}". Templates: ${NAMES.join(', ')}`)
    const answer = given ?? (await ask('Folder: ', '\nState the folder: npm create instructor-wasm my-app'))
    const folder = resolve(answer || '.')
    if (!isEmpty(folder)) throw new Stop(`${folder} is not empty. Choose another folder.`)
    copy(template, folder)
    console.log(`\n${template} is in ${folder}. Next:\n`)
    for (const step of nextSteps(template, folder)) console.log(`  ${step}`)
  } finally {
    close()
  }
}

// templates.mjs imports the list.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  main().catch((error) => {
    console.error(error instanceof Stop || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error)
    process.exitCode = 1
  })
