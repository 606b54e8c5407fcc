// The behaviour that every host of the matrix must show. It uses only the public API, and runs in pages, workers and servers; a host
// passes the modules, imported or required in its own way.

const user = { name: 'Jason', age: 25 }
const PLAIN = {
  type: 'object',
  properties: { name: { type: 'string', pattern: '^J' }, age: { type: 'integer', minimum: 1 } },
  required: ['name', 'age'],
}
const prompt = 'Extract: Jason is 25 years old.'

function same(found, wanted) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`${a} instead of ${b}`)
}

async function failure(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('no error')
}

async function all(iterable) {
  const list = []
  for await (const one of iterable) list.push(one)
  return list
}

/** Lets the next call of an export of an instance fail, as a trap does. Hosts that compile no bytes at run time have no other way. */
function faults() {
  const Real = WebAssembly.Instance
  const exported = []
  WebAssembly.Instance = function Instance(module, imports) {
    const real = new Real(module, imports)
    const exports = {}
    for (const [name, value] of Object.entries(real.exports))
      exports[name] =
        typeof value === 'function'
          ? (...args) => {
              if (exports.fault !== name) return value(...args)
              exports.fault = undefined
              throw new WebAssembly.RuntimeError('unreachable')
            }
          : value
    Object.defineProperty(exports, 'fault', { writable: true, enumerable: false, value: undefined })
    exported.push(exports)
    return { exports }
  }
  return (name) => {
    exported.filter((exports) => name in exports).at(-1).fault = name
  }
}

/** The cases: each gets the modules and a function that makes a client with a scripted server. */
const CASES = {
  async fromProvider({ client }) {
    const { client: one } = client([])
    same([one.provider, one.model, one.mode], ['openai', 'gpt-4o-mini', 'TOOLS'])
  },
  async 'create, zod'({ client, zod }) {
    const { client: one, requests } = client([{ value: user }])
    const responseModel = zod.object({ name: zod.string(), age: zod.number().int() })
    same(await one.create({ responseModel, prompt }), user)
    same(requests[0].body.tools[0].function.parameters.required, ['name', 'age'])
  },
  async 'create, zod/mini'({ client, mini }) {
    const responseModel = mini.object({ name: mini.string(), age: mini.number() })
    same(await client([{ value: user }]).client.create({ responseModel, prompt }), user)
  },
  async reask({ client, zod }) {
    const { client: one, requests } = client([{ value: { name: 'Jason', age: 'x' } }, { value: user }])
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    same(await one.create({ responseModel, prompt }), user)
    same(requests.length, 2)
    if (!JSON.stringify(requests[1].body.messages).includes('expected number'))
      throw new Error('the reask lacks the problem')
  },
  async stream({ client, zod }) {
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    const seen = await all(
      client([{ value: user, piece: 2 }]).client.createPartial({ responseModel, prompt }),
    )
    same(seen.at(-1), user)
    if (seen.length < 3) throw new Error(`${seen.length} snapshots`)
  },
  async iterable({ client, zod }) {
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    const list = [user, { name: 'Ann', age: 30 }]
    const stream = client([{ value: { tasks: list }, piece: 4 }]).client.createIterable({
      responseModel,
      prompt,
    })
    same(await all(stream), list)
  },
  async abort({ client, zod }) {
    const controller = new AbortController()
    const { client: one } = client([{ value: user, delay: 10_000 }])
    const responseModel = zod.object({ name: zod.string() })
    const call = one.create({ responseModel, prompt, signal: controller.signal })
    setTimeout(() => controller.abort(), 5)
    same((await failure(call)).name, 'AbortError')
  },
  async 'JSON Schema'({ client }) {
    const { client: one, requests } = client([{ value: { name: 'Ann', age: 0 } }, { value: user }])
    same(await one.create({ responseModel: PLAIN, prompt }), user)
    same(requests.length, 2)
  },
  async 'validator module'({ client }) {
    const responseModel = { ...PLAIN, unevaluatedProperties: false }
    const { client: one, requests } = client([{ value: { ...user, more: 1 } }, { value: user }])
    same(await one.create({ responseModel, prompt, mode: 'JSON' }), user)
    same(requests.length, 2)
  },
  async template({ client, zod }) {
    const { client: one, requests } = client([{ value: user }])
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    await one.create({ responseModel, prompt: 'Extract: {{ who | upper }}', context: { who: 'Jason' } })
    same(requests[0].body.messages.at(-1).content, 'Extract: JASON')
  },
  async 'error 401'({ client, zod, instructor }) {
    const body = { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }
    const { client: one } = client([{ status: 401, body }])
    const error = await failure(one.create({ responseModel: zod.object({}), prompt }))
    if (!(error instanceof instructor.ProviderError)) throw error
    same(error.status, 401)
    if (JSON.stringify(error).includes('sk-matrix')) throw new Error('the error has the key')
  },
  async 'tool loop'({ client, zod, instructor }) {
    const customers = []
    const orders = instructor.defineTool({
      name: 'orders',
      description: 'The orders of a customer.',
      parameters: zod.object({ customer: zod.string() }),
      run({ customer }) {
        customers.push(customer)
        return ['A chair']
      },
    })
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    const call = { toolCalls: [{ name: 'orders', arguments: { customer: 'Jason' } }] }
    const { client: one, requests } = client([call, { value: user }])
    same(await one.create({ responseModel, prompt, tools: [orders], maxSteps: 2 }), user)
    same(customers, ['Jason'])
    const result = requests[1].body.messages.find(({ role }) => role === 'tool')
    same(result.content, '["A chair"]')
    const calling = client([call, call]).client.create({
      responseModel,
      prompt,
      tools: [orders],
      maxSteps: 1,
    })
    same((await failure(calling)).name, 'InstructorRetryError')
  },
  async 'another API'({ client, zod }) {
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    const one = client([{ value: user }], 'anthropic/claude-sonnet-4-5').client
    same(await one.create({ responseModel, prompt }), user)
  },
  async relay({ client, zod, instructor }) {
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    const stream = client([{ value: user, piece: 2 }]).client.createPartial({ responseModel, prompt })
    const relayed = instructor.readPartial(stream.toResponse())
    same((await all(relayed)).at(-1), user)
    same(await relayed.final(), user)
  },
  async trap({ client, zod, fail }) {
    const { client: one } = client([{ value: user }, { value: user }])
    const responseModel = zod.object({ name: zod.string(), age: zod.number() })
    await one.create({ responseModel, prompt })
    fail('coreclient_create')
    same((await failure(one.create({ responseModel, prompt }))).kind, 'defect')
    same(await one.create({ responseModel, prompt }), user)
  },
}

/** The names of the cases. */
export const NAMES = Object.keys(CASES)

/** Runs them in order; the result has `ok` or the failure for each. */
export async function run({ instructor, testing, zod, mini }) {
  const fail = faults()
  const client = (script, model = 'openai/gpt-4o-mini') => {
    const { fetch, requests } = testing.scripted(script)
    const options = { apiKey: 'sk-matrix', env: {}, allowBrowser: true, fetch }
    return { client: instructor.fromProvider(model, options), requests }
  }
  const results = {}
  for (const name of NAMES) {
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(reject, 20_000, new Error('no result after 20 s'))
    })
    try {
      await Promise.race([CASES[name]({ instructor, testing, zod, mini, client, fail }), late])
      results[name] = 'ok'
    } catch (error) {
      results[name] = `${error?.name}: ${error?.message}`.slice(0, 900)
    }
    clearTimeout(timer)
  }
  return results
}
