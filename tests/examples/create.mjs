/** npm create instructor-wasm: the packed command in scratch folders. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { TEMPLATES } from '../../create/create.mjs'
import { root } from '../../scripts/lib.mjs'
import { listed, output, packedCreate, runCreate } from './support.mjs'

describe('npm create', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  let place
  before(() => {
    place = mkdtempSync(join(tmpdir(), 'create-'))
  })
  after(() => rmSync(place, { recursive: true, force: true }))

  /** The message of a run that fails. */
  function failure(args, options) {
    try {
      runCreate(args, options)
    } catch (error) {
      assert.equal(error.status, 1)
      return error.stderr
    }
    assert.fail('it does not fail')
  }

  test('every example in another language than Rust is a template', () => {
    const folders = readdirSync(join(root, 'examples'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'rust')
      .map(({ name }) => name)
    assert.deepEqual(TEMPLATES.map(({ name }) => name).sort(), folders.sort())
  })

  for (const { name } of TEMPLATES)
    test(`the app of the template ${name} has the files of the example, and the published version`, () => {
      const [made, example] = [join(place, name), join(root, 'examples', name)]
      runCreate([made, '--template', name])
      assert.deepEqual(listed(made), listed(example))
      for (const file of listed(example)) {
        const wanted = readFileSync(join(example, file), 'utf8')
          .replace('"instructor-wasm": "latest"', `"instructor-wasm": "^${version}"`)
          .replaceAll('/npm/instructor-wasm/', `/npm/instructor-wasm@${version}/`)
          .replace(`"name": "instructor-wasm-${name}"`, `"name": "${name}"`)
        assert.equal(readFileSync(join(made, file), 'utf8'), wanted, file)
      }
      assert.equal(basename(made), JSON.parse(readFileSync(join(made, 'package.json'), 'utf8')).name)
    })

  test('the template and the folder are requested when they are not given', () => {
    const said = runCreate([], {
      cwd: place,
      input: `${TEMPLATES.findIndex(({ name }) => name === 'hono') + 1}\nasked app\n`,
    })
    assert.match(said, /Which one\? Folder: /)
    assert.equal(JSON.parse(readFileSync(join(place, 'asked app', 'package.json'), 'utf8')).name, 'asked-app')
    assert.match(said, /cd "asked app"\n {2}npm install\n {2}cp \.env\.example \.env .*\n {2}npm run dev/)
  })

  test('npm runs the command of the packed package', async () => {
    const words = ['--', 'create-instructor-wasm', 'by-npm', '--template', 'node']
    await output('npm', ['exec', '--yes', `--package=${packedCreate().tarball}`, ...words], {
      cwd: place,
      env: { npm_config_cache: join(place, '.npm') },
    })
    assert.ok(listed(join(place, 'by-npm')).includes('people.mjs'))
  })

  test('the next steps name the package manager in use', () => {
    const said = runCreate(['with-pnpm', '-t', 'next'], {
      cwd: place,
      env: { npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v22' },
    })
    assert.match(said, /pnpm install/)
    assert.match(runCreate(['with-deno', '-t', 'deno'], { cwd: place }), /deno install/)
  })

  test('the template may be a second word, which is what npm passes of --template without --', () => {
    assert.match(runCreate(['second', 'html'], { cwd: place }), /html is in .*second/)
  })

  test('a folder with files is refused and stays as it is', () => {
    const folder = join(place, 'full')
    mkdirSync(folder)
    writeFileSync(join(folder, 'mine.txt'), 'mine')
    assert.match(failure([folder, '--template', 'node']), /full is not empty/)
    assert.deepEqual(readdirSync(folder), ['mine.txt'])
  })

  test('an empty folder with a git repository is accepted', () => {
    const folder = join(place, 'cloned')
    mkdirSync(join(folder, '.git'), { recursive: true })
    runCreate(['.', '--template', 'node'], { cwd: folder })
    assert.ok(readdirSync(folder).includes('package.json'))
  })

  test('an unknown template, a missing one and a wrong option are errors that list what exists', () => {
    assert.match(failure(['x', '--template', 'nuxt'], { cwd: place }), /"nuxt"\. Templates: next, /)
    assert.match(failure(['x'], { cwd: place }), /--template next\|/)
    assert.match(failure(['--template', 'node'], { cwd: place }), /State the folder/)
    assert.match(failure(['x', '--tempalte', 'node'], { cwd: place }), /--tempalte/)
    assert.match(failure(['x', 'node', 'y'], { cwd: place }), /not also y/)
    assert.match(runCreate(['--help']), /npm create instructor-wasm \[folder\]/)
  })

  test('the package has its command, the templates and the license', () => {
    const { tarball } = packedCreate()
    const packed = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
    const others = packed.filter((file) => !file.startsWith('package/templates/'))
    const names = ['LICENSE', 'README.md', 'create.mjs', 'package.json']
    assert.deepEqual(others.sort(), names.map((name) => `package/${name}`).sort())
    assert.ok(!packed.some((file) => /(^|\/)(node_modules|\.env|\.dev\.vars)(\/|$)/.test(file)))
    for (const left of ['templates', 'LICENSE']) assert.ok(!existsSync(join(root, 'create', left)), left)
  })

  test('the package has no dependencies and the version of instructor-wasm', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'create', 'package.json'), 'utf8'))
    assert.equal(manifest.version, version)
    assert.equal(manifest.dependencies, undefined)
  })
})
