// The size of each folder of the core, and of each provider's file, in core.wasm. Printed by npm run size.
//
// wasm-opt is run once more on the same input with the names kept (its code is compared with the shipped code byte
// for byte), and each function is counted for the file in its name. An inlined function counts for its caller; texts
// and tables of constants are in a separate section and are not attributed.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { at, digest, dim, fresh, remember, run, say, WASM_OPT } from './lib.mjs'
import { CODE, DATA, functionNames, IMPORTS, importedFunctions, Reader, sections } from './relocations.mjs'

function functions(module) {
  const parts = sections(module)
  const code = parts.get(CODE)
  const known = functionNames(parts.get('name'))
  const first = importedFunctions(parts.get(IMPORTS))
  const reader = new Reader(code)
  const list = []
  const count = reader.number()
  for (let i = 0; i < count; i++) {
    const from = reader.at
    reader.at = reader.number() + reader.at
    list.push({ name: known.get(first + i) ?? '', from, to: reader.at })
  }
  return { code, data: parts.get(DATA), list }
}

/** The file or folder of src/ in a function's name. */
function place(name) {
  const path = name.match(/instructor_wasm::(\w+)(?:::(\w+))?/)
  // The exports have their own names; functions inlined into them count there.
  if (name.endsWith(' multivalue shim')) return 'src/wasm'
  if (!path) return 'libraries (serde_json, std, wasm-bindgen)'
  const [, module, file] = path
  if (module !== 'provider') return `src/${module}`
  const own = file && [`${file}.rs`, file].find((one) => existsSync(at('src', 'provider', one)))
  return own ? `src/provider/${own}` : 'src/provider'
}

async function named() {
  const folder = join(at('.cache'), 'wasm', 'core')
  const input = join(folder, 'core-whole.wat')
  const output = join(folder, 'named.wasm')
  if (!existsSync(input) || !existsSync(at('pkg', 'core-whole.wasm'))) return undefined
  const hash = digest([input], WASM_OPT.join(' '), readFileSync(at('scripts', 'weigh.mjs')))
  if (!fresh('core-named', hash) || !existsSync(output)) {
    mkdirSync(folder, { recursive: true })
    const tool = at('node_modules', 'binaryen', 'bin', 'wasm-opt')
    const done = await run('wasm-opt-named', process.execPath, [tool, input, ...WASM_OPT, '-g', '-o', output])
    if (!done.ok) return undefined
    remember('core-named', hash)
  }
  return readFileSync(output)
}

/** Prints the table; returns it as data. */
export async function weighCore() {
  const module = await named()
  if (!module) return undefined
  const { code, data, list } = functions(module)
  const shipped = sections(readFileSync(at('pkg', 'core-whole.wasm'))).get(CODE)
  if (!code.equals(shipped)) {
    say(
      dim(
        '  (no table of files: pkg/core-whole.wasm and .cache are from different builds, or build.mjs has other options of wasm-opt)',
      ),
    )
    return undefined
  }
  const groups = new Map()
  for (const one of list) {
    const key = place(one.name)
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  const whole = gzipSync(code, { level: 9 }).length
  const rows = [...groups].map(([file, own]) => {
    const mine = new Set(own)
    const without = Buffer.concat(
      list.filter((one) => !mine.has(one)).map(({ from, to }) => code.subarray(from, to)),
    )
    const raw = own.reduce((sum, { from, to }) => sum + to - from, 0)
    return { file, functions: own.length, raw, gzip: whole - gzipSync(without, { level: 9 }).length }
  })
  rows.sort(
    (a, b) =>
      Number(b.file.includes('/provider/')) - Number(a.file.includes('/provider/')) || b.gzip - a.gzip,
  )
  rows.push({
    file: 'texts and constants',
    functions: 0,
    raw: data.length,
    gzip: gzipSync(data, { level: 9 }).length,
  })
  say(`\n  ${'core.wasm by file (gzip: saved without it)'.padEnd(58)}functions       raw      gzip`)
  for (const { file, functions, raw, gzip } of rows)
    say(
      `  ${file.padEnd(58)}${[functions || '', raw.toLocaleString('en'), gzip.toLocaleString('en')].map((n, i) => String(n).padStart(i ? 10 : 9)).join('')}`,
    )
  return rows
}
