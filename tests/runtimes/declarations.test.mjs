/** What editors show: the declarations of the package document every option, parameter, method, field and error. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pkg = join(root, 'pkg')

/** Forms of other libraries and of schemas, whose members those libraries document. */
const FOREIGN = new Set([
  ...['JsonSchema', 'StandardSchema', 'FromSchema', 'Relayed', 'ResponseModel', 'NamedModel', 'Validator'],
  ...['CitedModel', 'MaybeModel', 'Maybe', 'Cited', 'Patch', 'DownloadProgress', 'Attempt'],
  ...[
    'ChatRequest',
    'CreateClient',
    'ModerationClient',
    'KvNamespace',
    'RedisClient',
    'WebCache',
    'WebCaches',
  ],
  ...['Span', 'Tracer', 'Create', 'CreateParams', 'InstructorClient', 'InstructorConfig', 'RequestOptions'],
])

/** The entries by their declarations; those of React and similar libraries need types that are not installed here. */
const entries = ['index', 'test', 'otel', 'python', 'instructor-js', 'server', 'slim', 'devtools']
  .map((name) => join(pkg, `${name}.d.ts`))
  .filter(existsSync)

let checker
let program
before(() => {
  program = ts.createProgram(entries, {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  })
  checker = program.getTypeChecker()
})

const isMember = (node) =>
  ts.isPropertySignature(node) ||
  ts.isMethodSignature(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isGetAccessor(node)

/** The declarations of everything that the entries export, by name. */
function exported() {
  const found = new Map()
  for (const entry of entries)
    for (const symbol of checker.getExportsOfModule(
      checker.getSymbolAtLocation(program.getSourceFile(entry)),
    )) {
      const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      const own = (real.declarations ?? []).filter((node) => node.getSourceFile().fileName.startsWith(pkg))
      if (own.length) found.set(symbol.name, own)
    }
  return found
}

/** The members below a declaration, with their paths. Overloads and getters with a setter are one member. */
function members(declaration, path = '') {
  const found = []
  ts.forEachChild(declaration, (node) => {
    if (!isMember(node)) {
      if (!ts.isFunctionTypeNode(node) && !ts.isParameter(node)) found.push(...members(node, path))
      return
    }
    const name = node.name.getText()
    if (name.startsWith('#') || name.startsWith('[') || name === 'private') return
    found.push({ path: path + name, name, node })
    if (node.type && ts.isTypeLiteralNode(node.type)) found.push(...members(node.type, `${path}${name}.`))
  })
  return found
}

const text = ({ node }) => (node.jsDoc ?? []).map((doc) => doc.getText()).join('\n')

test('every export has a description', () => {
  const missing = []
  for (const [name, declarations] of exported())
    if (!declarations.some((node) => (node.jsDoc ?? node.parent?.parent?.jsDoc)?.length)) missing.push(name)
  // The Python entry renames exports of the main entry.
  assert.deepEqual(
    missing.filter((name) => !name.startsWith('from_')),
    [],
  )
})

test('every option, parameter, method and field has a description', () => {
  const missing = []
  for (const [name, declarations] of exported()) {
    if (FOREIGN.has(name)) continue
    const all = declarations.flatMap((node) => members(node))
    const documented = new Set(all.filter((member) => text(member)).map(({ path }) => path))
    for (const { path } of all)
      if (!path.includes('.') && !documented.has(path)) missing.push(`${name}.${path}`)
  }
  assert.equal([...new Set(missing)].join(' '), '')
})

test('names of Python that have a twin are marked, so that editors list them last', () => {
  const wrong = []
  for (const name of [
    'ClientOptions',
    'CallOptions',
    'GenerationParams',
    'PassThrough',
    'CallParams',
    'Instructor',
  ])
    for (const declaration of exported().get(name) ?? [])
      for (const member of members(declaration))
        if (
          /^[a-z]+_/.test(member.name) &&
          !/@deprecated Python's/.test(text(member)) &&
          member.name !== 'async_client'
        )
          wrong.push(`${name}.${member.name}`)
  assert.deepEqual(wrong, [])
})

test('methods that make calls state what they throw, and errors have the address of their section', () => {
  const declared = exported()
  const methods = declared.get('Instructor').flatMap((node) => members(node))
  for (const name of [
    'create',
    'createWithCompletion',
    'createPartial',
    'createIterable',
    'buildRequest',
    'parseResponse',
  ]) {
    const docs = methods.filter((member) => member.name === name).map(text)
    assert.ok(
      docs.some((doc) => doc.includes('@throws')),
      `${name} has no @throws`,
    )
  }
  for (const name of [
    'fromProvider',
    'create',
    'createWithCompletion',
    'createPartial',
    'createIterable',
    'batch',
  ])
    assert.ok(
      [
        ...methods.filter((member) => member.name === name).map(text),
        (declared.get(name) ?? []).map((node) => text({ node })),
      ]
        .join('')
        .includes('@example'),
      `${name} has no @example`,
    )
  assert.match(readFileSync(join(pkg, 'common', 'errors.d.ts'), 'utf8'), /get docs\(\): string/)
})
