// node scripts/picture.mjs: writes docs/public/stream.svg, the moving picture in the README. The frames are the snapshots of a
// real stream: the package reads a scripted answer in OpenAI's wire format. The test `picture.test.mjs` compares the file.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { scripted } from '../pkg/test.node.js'
import { at } from './lib.mjs'
import { fromProvider } from './self.mjs'

const CODE = `const Meeting = z.object({
  title: z.string(),
  people: z.array(z.object({
    name: z.string(),
    role: z.string(),
  })),
  minutes: z.number(),
})

const stream = client.createPartial({
  responseModel: Meeting,
  prompt: notes,
})

for await (const meeting of stream)
  render(meeting)`.split('\n')

const value = {
  title: 'Launch of the beta',
  people: [
    { name: 'Ada', role: 'engineering' },
    { name: 'Grace', role: 'product' },
  ],
  minutes: 45,
}
const Meeting = z.object({
  title: z.string(),
  people: z.array(z.object({ name: z.string(), role: z.string() })),
  minutes: z.number(),
})

/** The snapshots as indented JSON, without repetitions. */
async function snapshots() {
  const { fetch } = scripted([{ value, piece: 3 }])
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'none', fetch })
  const texts = []
  for await (const snapshot of client.createPartial({
    responseModel: Meeting,
    prompt: 'Notes',
    every: 'delta',
  })) {
    const text = JSON.stringify(snapshot, null, 2)
    if (text !== texts.at(-1)) texts.push(text)
  }
  return texts
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const LINE = 19
const lines = (rows, x, style) =>
  rows
    .map((row, n) => {
      const indent = row.length - row.trimStart().length
      return row.trim()
        ? `<text x="${x + indent * 8.4}" y="${58 + n * LINE}"${style}>${escaped(row.trim())}</text>`
        : ''
    })
    .join('')

export async function picture() {
  const frames = await snapshots()
  const seconds = 0.13
  const pause = 24
  const units = frames.length + pause
  const share = (count) => `${((100 * count) / units).toFixed(2)}%`
  const groups = frames.map((frame, n) => {
    const last = n === frames.length - 1
    return `<g class="${last ? 'f last' : 'f'}" style="animation-delay:${(n * seconds).toFixed(2)}s">${lines(frame.split('\n'), 424, '')}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 372" role="img" aria-label="A typed object grows while a model writes it">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}
.code text{fill:#9fb3c8}
.f{visibility:hidden;animation:one ${(units * seconds).toFixed(2)}s step-end infinite}
.last{animation-name:rest}
@keyframes one{0%{visibility:visible}${share(1)}{visibility:hidden}}
@keyframes rest{0%{visibility:visible}${share(pause)}{visibility:hidden}}
@media (prefers-reduced-motion:reduce){.f{animation:none}.last{visibility:visible}}
</style>
<rect width="800" height="372" rx="10" fill="#0d1117"/><path d="M400 20V352" stroke="#30363d"/>
<g class="code">${lines(CODE, 24, '')}</g>
${groups.join('\n')}
</svg>
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(at('docs', 'public'), { recursive: true })
  const svg = await picture()
  writeFileSync(at('docs', 'public', 'stream.svg'), svg)
  console.log(`docs/public/stream.svg: ${svg.length} bytes`)
}
