// Makes templates/ from ../examples, which are the only source, when the package is packed, and removes it and the copy of the
// license afterwards (--remove).
// The examples refer to the newest instructor-wasm, the templates to the version that is published together with them.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TEMPLATES } from './create.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { version } = JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8'))
const templates = join(here, 'templates')

/** The files of an example that are in the repository: not its packages, not its keys. */
const tracked = (folder) =>
  execFileSync('git', ['ls-files', '-z'], { cwd: folder, encoding: 'utf8' }).split('\0').filter(Boolean)

/** A file with the version in place of the newest one. */
const pinned = (text) =>
  text
    .replaceAll('"instructor-wasm": "latest"', `"instructor-wasm": "^${version}"`)
    .replaceAll('/npm/instructor-wasm/', `/npm/instructor-wasm@${version}/`)

const license = join(here, 'LICENSE')
const remove = process.argv.includes('--remove')

rmSync(templates, { recursive: true, force: true })
if (remove) rmSync(license, { force: true })
else copyFileSync(join(here, '..', 'LICENSE'), license)
for (const { name } of remove ? [] : TEMPLATES) {
  const example = join(here, '..', 'examples', name)
  for (const file of tracked(example)) {
    // npm leaves files of this name out of a package.
    const target = basename(file) === '.gitignore' ? join(dirname(file), '_gitignore') : file
    mkdirSync(dirname(join(templates, name, target)), { recursive: true })
    writeFileSync(join(templates, name, target), pinned(readFileSync(join(example, file), 'utf8')))
  }
}
