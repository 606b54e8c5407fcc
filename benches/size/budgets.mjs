// The limits of budgets.json, in gzip bytes. Times have none: they depend on the machine.

/** A limit for a measured number: 1 % more, rounded up to half a kilobyte. */
const limit = (bytes) => Math.ceil((bytes * 1.01) / 500) * 500

/** Limits for what was measured: modules by name → bytes, rows of the scenarios. */
export function limits(modules, rows) {
  return {
    modules: Object.fromEntries(Object.entries(modules).map(([name, bytes]) => [name, limit(bytes)])),
    scenarios: Object.fromEntries(
      rows.map(({ name, before, call }) => [
        name,
        { ...(before ? { before: limit(before.all) } : {}), call: limit(call.all) },
      ]),
    ),
  }
}

/**
 * Compares what was measured with the budgets. `above` has a text for each number without a budget or above it, and for each
 * budget of which nothing was measured; `passed` is the number of others. `loose` has a text for each budget that is more than
 * 5 % above what was measured, so that it would not notice growth.
 */
export function compare(budgets, modules, rows) {
  const above = []
  const loose = []
  let passed = 0
  const check = (what, bytes, budget) => {
    if (budget === undefined) above.push(`${what} has no budget`)
    else if (bytes > budget) above.push(`${what}: ${bytes} bytes, the budget is ${budget}`)
    else {
      passed++
      if (budget > limit(bytes * 1.05)) loose.push(`${what}: ${bytes} bytes, the budget is ${budget}`)
    }
  }
  const stale = (list, known, what) => {
    for (const name of Object.keys(list)) if (!known.has(name)) above.push(`${what} ${name} was not measured`)
  }
  for (const [name, bytes] of Object.entries(modules)) check(`${name}.wasm`, bytes, budgets.modules[name])
  stale(budgets.modules, new Set(Object.keys(modules)), 'the module')
  for (const { name, before, call } of rows) {
    const budget = budgets.scenarios[name] ?? {}
    if (before) check(`${name}, before the first request`, before.all, budget.before)
    check(`${name}, in the whole call`, call.all, budget.call)
  }
  stale(budgets.scenarios, new Set(rows.map(({ name }) => name)), 'the scenario')
  return { above, loose, passed }
}
