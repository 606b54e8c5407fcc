// The packages of the comparison, downloaded with npm and pip.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from '../lib.mjs'

const NPM = [
  'openai',
  '@anthropic-ai/sdk',
  '@google/genai',
  '@mistralai/mistralai',
  'cohere-ai',
  'groq-sdk',
  '@cerebras/cerebras_cloud_sdk',
  'together-ai',
  '@aws-sdk/client-bedrock-runtime',
]
const PIP = ['litellm', 'pydantic-ai-slim']

const folder = join(cache, 'facts')
const plain = (name) => name.replace(/^@/, '').replaceAll('/', '-')

/**
 * Downloads the newest versions; a package that is not available is listed with the reason, and its checks are
 * skipped.
 */
export async function download(offline) {
  mkdirSync(folder, { recursive: true })
  const list = [...NPM.map((name) => npm(name, offline)), ...PIP.map((name) => pip(name, offline))]
  return {
    list,
    /** The text of the first of `files` that the package contains. */
    read(name, ...files) {
      const found = list.find((one) => one.name === name)
      if (!found?.at) throw new Error(`${name} was not downloaded`)
      const file = files.find((path) => existsSync(join(found.at, path)))
      if (!file)
        throw new Error(`${name} ${found.version} has no ${files.join(' or ')}: its layout has changed`)
      return readFileSync(join(found.at, file), 'utf8')
    },
    /** The names of the files in a folder of a package. */
    files(name, path) {
      const found = list.find((one) => one.name === name)
      if (!found?.at || !existsSync(join(found.at, path))) throw new Error(`${name} has no ${path}`)
      return readdirSync(join(found.at, path))
    },
  }
}

function run(program, args, cwd = folder) {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error((error?.message ?? stderr).trim().split('\n').at(-1))
}

function npm(name, offline) {
  const place = join(folder, 'npm', plain(name))
  try {
    if (!offline) {
      rmSync(place, { recursive: true, force: true })
      mkdirSync(place, { recursive: true })
      run('npm', ['pack', '--silent', '--pack-destination', place, `${name}@latest`])
      const [archive] = readdirSync(place)
      run('tar', ['-xzf', archive, '--strip-components=1'], place)
      rmSync(join(place, archive))
    }
    const { version } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
    return { name, version, at: place }
  } catch (error) {
    return { name, missing: `not available: ${error.message}` }
  }
}

function pip(name, offline) {
  const place = join(folder, 'pip', name)
  try {
    if (!offline) {
      rmSync(place, { recursive: true, force: true })
      mkdirSync(place, { recursive: true })
      run('python3', [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--only-binary=:all:',
        '-d',
        place,
        name,
      ])
      const [wheel] = readdirSync(place)
      run('python3', ['-m', 'zipfile', '-e', wheel, '.'], place)
      rmSync(join(place, wheel))
    }
    const info = readdirSync(place).find((entry) => entry.endsWith('.dist-info'))
    if (!info) throw new Error('it was not downloaded')
    return { name, version: info.replace(/^.*?-(?=\d)|\.dist-info$/g, ''), at: place }
  } catch (error) {
    return { name, missing: `not available: ${error.message}` }
  }
}
