/** `lint`: reports how a schema is rendered for each provider. */
import { type LintReport, lintModel } from '../client/lint.js'
import { Arguments, type Command, EXIT, print, UsageError } from './command.js'
import { readSchema } from './schema-file.js'

export const lint: Command = {
  usage: `instructor-wasm lint <schema.json | schemas.ts#User | -> --for <target>[,<target>…] [--json] [--schema]

  Reports how a schema is rendered for each target: a provider (openai), one of its models
  (google/gemini-1.5-pro), or a dialect (openai_strict).

  --json     the reports as JSON
  --schema   print the rendered schema, too

  Exit codes: 0 it can be sent to all targets, 1 it cannot be sent to at least one, 2 wrong usage.`,
  async run(args, loader) {
    const given = new Arguments(args, { for: 'list', json: 'boolean', schema: 'boolean' })
    const [file, ...more] = given.positionals
    if (!file || more.length) throw new UsageError('lint expects one file.')
    const targets = given
      .list('for')
      .flatMap((list) => list.split(','))
      .map((target) => target.trim())
      .filter(Boolean)
    if (!targets.length) throw new UsageError('--for is missing: which providers?')
    const model = await readSchema(file)
    const reports: Record<string, LintReport> = {}
    for (const target of targets) reports[target] = lintModel(loader, model, target)
    if (given.flag('json')) print(JSON.stringify(reports, null, 2))
    else
      for (const [target, report] of Object.entries(reports))
        print(described(target, report, given.flag('schema')))
    return Object.values(reports).every(({ possible }) => possible) ? EXIT.ok : EXIT.negative
  },
}

function described(
  target: string,
  { dialect, possible, findings, schema }: LintReport,
  withSchema: boolean,
): string {
  const count = findings.length
  const verdict = !possible
    ? 'cannot be sent'
    : count
      ? `${count} ${count === 1 ? 'note' : 'notes'}`
      : 'sent unchanged'
  const lines = [`${target}${target === dialect ? '' : ` (${dialect})`}: ${verdict}`]
  const width = Math.min(48, Math.max(0, ...findings.map(({ pointer }) => (pointer || '/').length)))
  for (const { pointer, level, what } of findings)
    lines.push(`  ${level.padEnd(10)}  ${(pointer || '/').padEnd(width)}  ${what}`)
  if (withSchema && schema) lines.push(JSON.stringify(schema, null, 2))
  return `${lines.join('\n')}\n`
}
