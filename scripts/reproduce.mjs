// npm run build -- --twice: whether the build is reproducible. The sources are copied into two folders with different paths,
// and each copy is built from nothing, without the caches of this folder. Every file of the two packages must have the same
// bytes. pkg/ and target/ stay as they are. INSTRUCTOR_MODULES selects modules, as for a build.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { ask, at, die, dim, files, green, MODULES, run, say, seconds } from './lib.mjs'

/** Copies the files that git tracks or would add, with the installed npm packages. */
function copySources(to) {
  mkdirSync(to, { recursive: true })
  const names = ask('git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z')
  if (!names) die('--twice needs a git checkout, to find the sources')
  // A deleted file is listed until the deletion is committed.
  for (const name of names.split('\0').filter((name) => name && existsSync(at(name)))) {
    const target = join(to, name)
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(at(name), target)
  }
  symlinkSync(at('node_modules'), join(to, 'node_modules'))
}

/** Modules that are not built again are those of this folder: the bundles for Node have their JavaScript. */
function copyOtherModules(to) {
  const selected = process.env.INSTRUCTOR_MODULES?.split(',') ?? MODULES
  mkdirSync(join(to, 'pkg'), { recursive: true })
  for (const name of MODULES.filter((name) => !selected.includes(name))) {
    const own = existsSync(at('pkg')) ? readdirSync(at('pkg')).filter((file) => ownerOf(file) === name) : []
    if (!own.length) die(`pkg/ has no module '${name}': run npm run build first`)
    for (const file of own) copyFileSync(at('pkg', file), join(to, 'pkg', file))
  }
}

/** The module that a file of pkg/ is made of: `core-answer.wasm` and `core_bg.js` are of the core. */
const ownerOf = (file) => /^(\w+?)(?:-\w+)?(?:_bg\.js|_bg\.d\.ts|\.wasm|\.text\.js)$/.exec(file)?.[1]

/** The hash of each file of a package, by its path. */
function hashes(folder) {
  const hash = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')
  return new Map(files(folder).map((file) => [relative(folder, file), hash(file)]))
}

export async function reproduce() {
  const place = mkdtempSync(join(tmpdir(), 'instructor-twice-'))
  try {
    // Paths of different lengths, because a path inside a module would move what follows it.
    const folders = ['first', join('a-second', 'folder')].map((name) => join(place, name))
    for (const folder of folders) {
      copySources(folder)
      copyOtherModules(folder)
    }
    const { INSTRUCTOR_CACHE, CARGO_TARGET_DIR, ...env } = process.env
    const built = []
    for (const folder of folders) {
      const began = Date.now()
      const done = await run(
        'build-twice',
        process.execPath,
        [join(folder, 'scripts', 'build.mjs'), '--quiet'],
        {
          cwd: folder,
          env,
          progress: process.stdout.isTTY,
        },
      )
      if (!done.ok) die(`the build in ${folder} failed (${done.log}):\n${done.output.slice(-2000)}`)
      built.push(hashes(join(folder, 'pkg')))
      rmSync(join(folder, 'target'), { recursive: true, force: true })
      say(`  ${green('✓')} built ${built.at(-1).size} files ${dim(seconds(began))}`)
    }
    const [first, second] = built
    const names = [...new Set([...first.keys(), ...second.keys()])].sort()
    const different = names.filter((name) => first.get(name) !== second.get(name))
    if (different.length) die(`two builds differ in ${different.join(', ')}`)
    say(`${green('✓')} two builds have the same bytes in ${names.length} files`)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
