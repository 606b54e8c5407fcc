/** Reads a response model from a file: a JSON Schema, or an export of a module (`schemas.ts#User`). */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SingleModel } from '../schema/infer.js'
import { UsageError } from './command.js'

const MODULE = /\.[cm]?[jt]s$/

/**
 * The model in a file; `-` is the standard input.
 *
 * @throws UsageError if the file or the export is missing or cannot be loaded.
 */
export async function readSchema(place: string): Promise<SingleModel> {
  const hash = place.lastIndexOf('#')
  const file = hash > 0 ? place.slice(0, hash) : place
  if (MODULE.test(file)) return exported(file, hash > 0 ? place.slice(hash + 1) : 'default')
  return json(place)
}

function json(file: string): SingleModel {
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
  try {
    return JSON.parse(text) as SingleModel
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`)
  }
}

async function exported(file: string, name: string): Promise<SingleModel> {
  let module: Record<string, unknown>
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    const typed =
      code === 'ERR_UNKNOWN_FILE_EXTENSION' || (error instanceof SyntaxError && /\.[cm]?ts$/.test(file))
    const remedy = typed
      ? ' This version of Node does not load TypeScript: use Node 22.18 or newer, or `node --import tsx`.'
      : ''
    throw new UsageError(`${file} cannot be loaded: ${message ?? String(error)}${remedy}`)
  }
  const own = module[name] ?? (module.default as Record<string, unknown> | undefined)?.[name]
  if (own !== undefined) return own as SingleModel
  const names = Object.keys(module).join(', ') || 'nothing'
  throw new UsageError(`${file} has no export ${name}; it exports ${names}. Name one as ${file}#Name.`)
}
