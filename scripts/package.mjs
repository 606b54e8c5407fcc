// Pack the package as npm would publish it, unpack it alone, and load it: every file in `exports` must be in the
// tarball, every entry must be importable in Node, and its types must resolve.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, cache, files, root } from './lib.mjs'
import { linked } from './notices.mjs'

process.chdir(root)
const place = join(cache, 'pack')
rmSync(place, { recursive: true, force: true })
const home = join(place, 'node_modules', 'instructor-wasm')
mkdirSync(home, { recursive: true })
// As after `wasm-pack build`, whose .gitignore excludes everything in pkg/.
const ignore = at('pkg', '.gitignore')
const made = !existsSync(ignore)
if (made) writeFileSync(ignore, '*')
const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
)
if (made) rmSync(ignore)
execFileSync('tar', ['-xzf', join(place, filename), '-C', home, '--strip-components=1'])

const { exports, bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
const targets = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(targets))
let passed = 0
let failed = 0
const check = (ok, what) => {
  ok ? passed++ : failed++
  if (!ok) console.error(`✗ ${what}`)
}
for (const file of ['instructor_wasm.js', 'instructor_wasm_bg.wasm', 'package.json', 'README.md'])
  check(!existsSync(join(home, 'pkg', file)), `pkg/${file}, which wasm-pack writes, is in the tarball`)
check(
  !existsSync(join(home, 'pkg', 'internals.node.js')),
  'pkg/internals.node.js, for tests only, is in the tarball',
)
// The pages for users, which `npx instructor-wasm docs` reads, without those for developers and without the site's own files.
const llms = existsSync(join(home, 'llms.txt')) ? readFileSync(join(home, 'llms.txt'), 'utf8') : ''
const named = [...llms.matchAll(/^- \[[^\]]*\]\((docs\/[^)]*)\)/gm)].map(([, page]) => page)
check(named.length > 30, 'llms.txt is not in the tarball, or names no pages')
for (const page of named)
  check(existsSync(join(home, page)), `${page}, which llms.txt names, is not in the tarball`)
for (const folder of ['internals', '.vitepress'])
  check(!existsSync(join(home, 'docs', folder)), `docs/${folder} is in the tarball`)
for (const file of Object.values(bin))
  check(
    execFileSync(process.execPath, [join(home, file), '--help'], { encoding: 'utf8' }).includes('lint'),
    `${file} does not run`,
  )
for (const [name, entry] of Object.entries(exports)) {
  for (const file of targets(entry)) {
    if (!file.includes('*'))
      check(existsSync(join(home, file)), `${name} refers to ${file}, which is not in the tarball`)
  }
}
// An entry that only browsers have would bring its own copy of the classes into Node.
const own = (entry, condition) => targets(entry[condition] ?? [])
for (const [name, entry] of Object.entries(exports))
  if (entry.default?.endsWith('.js'))
    for (const condition of ['deno', 'bun', 'node'])
      check(
        own(entry, condition).some((file) => /\.(node|server)\.js$/.test(file)),
        `${name} has no bundled file for the condition '${condition}'`,
      )
for (const [name, entry] of Object.entries(exports))
  if (entry.default?.endsWith('.js'))
    check(
      entry.types.require &&
        entry.module?.node &&
        entry['module-sync']?.node &&
        entry.require &&
        typeof entry.node === 'string',
      `${name} lacks a condition of the other entries: types.require, module.node, module-sync.node, require`,
    )
const entries = Object.keys(exports).filter((name) => !name.includes('*') && !/\.(wasm|json)$/.test(name))
for (const name of entries) {
  writeFileSync(
    join(place, 'try.mjs'),
    `const m = await import('instructor-wasm${name.slice(1)}')\nif (!Object.keys(m).length) throw new Error('exports nothing')`,
  )
  try {
    execFileSync(process.execPath, [join(place, 'try.mjs')], {
      cwd: place,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    check(true)
  } catch (error) {
    check(false, `import 'instructor-wasm${name.slice(1)}' in Node: ${error.stderr}`)
  }
}

// The notices contain every crate that a module links.
const notices = existsSync(join(home, 'pkg', 'THIRD-PARTY-NOTICES'))
  ? readFileSync(join(home, 'pkg', 'THIRD-PARTY-NOTICES'), 'utf8')
  : ''
for (const { name, version } of linked())
  check(notices.includes(`\n${name} ${version} (`), `THIRD-PARTY-NOTICES does not list ${name} ${version}`)

// So does the bill of materials, which has the version of the package; the other manifests have it, too.
const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
const bill = JSON.parse(readFileSync(join(home, 'pkg', 'sbom.cdx.json'), 'utf8'))
check(
  bill.metadata.component.version === version &&
    bill.components.map((one) => `${one.name} ${one.version}`).join() ===
      linked()
        .map((one) => `${one.name} ${one.version}`)
        .join() &&
    bill.components.every((one) => one.hashes?.[0].content.length === 64),
  'pkg/sbom.cdx.json is not that of Cargo.lock: run npm run build',
)
for (const [file, pattern] of [
  ['Cargo.toml', /^version = "(.*)"$/m],
  ['jsr.json', /"version": "(.*)"/],
  ['CHANGELOG.md', /^## (\d.*)$/m],
])
  check(
    pattern.exec(readFileSync(at(file), 'utf8'))?.[1] === version,
    `${file} has another version than package.json, ${version}`,
  )
const jsr = JSON.parse(readFileSync(at('jsr.json'), 'utf8'))
for (const [name, file] of Object.entries(jsr.exports))
  check(
    exports[name] && /^\/\/ @ts-self-types=/.test(readFileSync(join(home, file), 'utf8')),
    `jsr.json: ${name} is not an entry of the package, or ${file} does not state its types`,
  )
check(
  Object.keys(jsr.exports).join() === entries.join(),
  `jsr.json must have the entries ${entries.join(', ')}`,
)

// Declarations must compile with older compilers and without the DOM library.
for (const file of files(join(home, 'pkg')).filter((name) => name.endsWith('.d.ts'))) {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  const found = text.match(/\bUint8Array<|\bWebAssembly\b|\bBufferSource\b/)
  check(
    !found,
    `${file} uses ${found?.[0]}, which TypeScript before 5.7 or without the DOM library does not have`,
  )
}
const program = `import { fromProvider } from 'instructor-wasm'
import { fromProvider as slim, init } from 'instructor-wasm/slim'
import { scripted } from 'instructor-wasm/test'
import core from 'instructor-wasm/core.wasm'
init(core)
export const clients = [fromProvider('openai/x', { fetch: scripted([]).fetch }), slim('openai/x')]
`
for (const name of ['types.ts', 'types.mts']) writeFileSync(join(place, name), program)
// `require` of a wasm file exists nowhere.
writeFileSync(join(place, 'types.cts'), program.replace(/^(import core|init\(core).*\n/gm, ''))
for (const [resolution, module, name] of [
  ['node10', 'commonjs', 'types.ts'],
  ['bundler', 'esnext', 'types.ts'],
  ['nodenext', 'nodenext', 'types.mts'],
  ['node16', 'node16', 'types.cts'],
]) {
  const options = [
    '--strict',
    '--noEmit',
    '--skipLibCheck',
    'false',
    '--target',
    'es2022',
    '--lib',
    'es2022,esnext.disposable',
  ]
  const types = ['--types', 'node', '--typeRoots', at('node_modules', '@types')]
  try {
    execFileSync(
      process.execPath,
      [
        at('node_modules', 'typescript', 'bin', 'tsc'),
        ...options,
        ...types,
        ...['--moduleResolution', resolution, '--module', module],
        name,
      ],
      { cwd: place, encoding: 'utf8', stdio: 'pipe' },
    )
    check(true)
  } catch (error) {
    check(false, `${name} with moduleResolution ${resolution}, without the DOM library:\n${error.stdout}`)
  }
}

check(
  !readFileSync(at('package-lock.json'), 'utf8').includes('"resolved": "http'),
  'package-lock.json contains download addresses',
)
console.log(`tarball ${size} bytes, unpacked ${unpackedSize}, ${entryCount} files`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
