// Random conversations and random invalid answers, reproducible by seed.

/** A small seeded generator, so that a failing case is reproducible. */
export function random(seed) {
  let state = (seed * 2654435761 + 88172645) >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (n) => Math.floor(next() * n)
  return { below, chance: (p) => next() < p, of: (list) => list[below(list.length)] }
}

const words = [
  'Jason is 25.',
  'Look.',
  '',
  ' ',
  'a\nb',
  'I can’t.',
  '日本語',
  '{"name":"x"}',
  'x'.repeat(300),
]
const ids = [
  'call_abc',
  'functions.look:0',
  '',
  undefined,
  'toolu_01A',
  'a1B2c3D4e',
  '0',
  'x'.repeat(70),
  'fc|1',
  '日本',
]
const names = ['look', 'ns.look', 'my look', 'assistant<|channel|>analysis', 'x'.repeat(80), '']
const texts = ['{"a":1}', '{}', '', '{"a":', '[1]', '"text"', 'null', 'not json', '{"a":{"b":[1,2]}}']

/** A conversation as an app could have kept it: calls of any provider, each with its result. */
export function history(seed) {
  const { below, chance, of } = random(seed)
  const out = []
  if (chance(0.4))
    out.push({
      role: of(['system', 'developer']),
      content: of(['Be precise.', [{ type: 'text', text: 'Be precise.' }]]),
    })
  for (let turns = below(5); turns > 0; turns -= 1) {
    out.push({
      role: 'user',
      content: chance(0.3)
        ? [
            { type: 'text', text: of(words) },
            { type: 'text', text: 'And?' },
          ]
        : of(words) || 'x',
    })
    if (chance(0.1)) out.push({ role: 'user', content: 'More.' })
    if (chance(0.1)) out.push({ role: 'system', content: 'Be brief.' })
    if (chance(0.5)) {
      const calls = Array.from({ length: 1 + below(2) }, (_, n) => {
        const id = of(ids)
        return {
          ...(id === undefined ? {} : { id: n && id ? `${id}${n}` : id }),
          type: 'function',
          function: { name: of(names), arguments: of(texts) },
        }
      })
      out.push({ role: 'assistant', content: of([null, '', 'Let me see.']), tool_calls: calls })
      for (const { id } of calls) out.push({ role: 'tool', tool_call_id: id ?? '', content: of(words) })
    } else out.push({ role: 'assistant', content: of(words) })
  }
  out.push({ role: 'user', content: 'Jason is 25 years old.' })
  return out
}

/** An invalid answer in a provider-neutral form. */
export function badAnswer(seed, tool) {
  const { below, chance, of } = random(seed + 7919)
  const reply = { piece: 1 + below(20) }
  if (chance(0.6)) {
    reply.toolCalls = Array.from({ length: 1 + below(3) }, (_, n) => ({
      id: of(['call_1', 'a1B2c3D4e', '', 'same', 'functions.look:0', `call_${n}`]),
      name: chance(0.6) ? tool : of(names.slice(0, -1)),
      arguments: of([
        '{"age":"x"}',
        '{}',
        '{"name":5}',
        '{"name":"Jason","age":',
        'not json',
        '[1]',
        '',
        '{"name":"J","age":null}',
      ]),
    }))
  }
  if (!reply.toolCalls || chance(0.3))
    reply.text = of(['I do not know.', '{"age":"x"}', '```json\n{"name":1}\n```', '', ' ', '{"name":"J"'])
  return reply
}
