// What the pages share: the form of a page and of a row, and the examples with the same heading on many pages.
//
// A row: the heading of the example, what it shows (examples.mjs), and what is its own: `mode`, `model`, `params`, `sent` (a part
// of the body), `answers`. A page: the model string, the options of the client, the format, the path and the header of the key.

const bearer = { authorization: 'Bearer key' }
export const forced = (name) => ({ type: 'function', function: { name } })
export const page = (name, model, rows, more = {}) => ({
  page: `${name}.md`,
  model,
  wire: 'chat',
  path: '/v1/chat/completions',
  header: bearer,
  choice: forced,
  rows,
  ...more,
})

export const sync = ['Simple User Example (Sync)', 'user']
export const later = ['Simple User Example (Async)', 'user']
export const nested = ['Nested Example', 'nested']
export const objects = ['Nested Objects', 'nested']
const partials = ['Partials', 'partial']
export const iterable = ['Iterable Example', 'iterable']
export const mode = (name) => [`Modes: ${name}`, 'user', { mode: name }]
export const usual = [sync, later, nested]
export const streams = [partials, iterable]
/** The modes that the pages list in words. */
export const openaiModes = ['TOOLS', 'JSON', 'MD_JSON', 'TOOLS_STRICT'].map(mode)

export const ivan = {
  messages: [{ role: 'user', content: 'Ivan is 28 years old' }],
  value: { name: 'Ivan', age: 28 },
}
export const parallel = (heading) => [
  heading,
  'parallel',
  {
    messages: [{ role: 'user', content: 'What is the weather in Toronto, and who won?' }],
    calls: [
      { name: 'Weather', arguments: { location: 'Toronto', units: 'metric' } },
      { name: 'GoogleSearch', arguments: { query: 'winner' } },
    ],
  },
]
export const dataPart = (kind) => `data:${kind};base64,`
