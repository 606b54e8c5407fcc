// The examples that most pages of Python Instructor's documentation share: a model, a prompt, a value.
import * as z from 'zod'

const named = (title, shape) => z.object(shape).meta({ title })
const whole = z.number().int()

export const User = named('User', { name: z.string(), age: whole })
const Bio = named('User', { name: z.string(), age: whole, bio: z.string() })
const Address = named('Address', { street: z.string(), city: z.string(), country: z.string() })
const Nested = named('User', { name: z.string(), age: whole, addresses: z.array(Address) })
const Upper = named('User', {
  name: z.string().refine((name) => name === name.toUpperCase(), { message: 'Name must be ALL CAPS' }),
  age: whole,
})
const Picture = named('ImageDescription', { objects: z.array(z.string()), scene: z.string() })
const Receipt = named('Receipt', { total: whole, items: z.array(z.string()) })
const Recording = named('AudioDescription', { summary: z.string() })

const lives = '123 Main St, New York, USA'.split(', ')
const summer = '456 Beach Rd, Miami, USA'.split(', ')
const address = ([street, city, country]) => ({ street, city, country })
const users = ['Jason', 'Sarah', 'Mike'].map((name, at) => ({ name, age: 25 + at }))

/** A PNG, a WAV and a PDF file: the first bytes decide. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const wav = Buffer.from('RIFF$\0\0\0WAVEfmt \u0010\0\0\0\u0001\0\u0001\0', 'latin1').toString('base64')
const pdf = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64')
export const files = { png, wav, pdf }

const said = (content) => [{ role: 'user', content }]

/** `value` is the answer and the result; `answers` are several, of which the last is the result. */
export const EXAMPLES = {
  user: { schema: User, messages: said('Extract: Jason is 25 years old'), value: { name: 'Jason', age: 25 } },
  nested: {
    schema: Nested,
    messages: said(`Extract: Jason is 25 years old. Addresses: ${lives.join(', ')}; ${summer.join(', ')}`),
    value: { name: 'Jason', age: 25, addresses: [address(lives), address(summer)] },
  },
  partial: {
    call: 'partial',
    schema: Bio,
    messages: said('Create a user profile for Jason, age 25'),
    value: { name: 'Jason', age: 25, bio: 'A reader of maps who walks to work.' },
  },
  iterable: {
    call: 'iterable',
    schema: User,
    tool: 'IterableUser',
    messages: said('Extract users: Jason is 25, Sarah is 26, Mike is 27'),
    value: users,
  },
  completion: {
    call: 'completion',
    schema: User,
    messages: said('Extract: Jason is 25 years old'),
    value: { name: 'Jason', age: 25 },
  },
  retries: {
    schema: Upper,
    params: { maxRetries: 3 },
    messages: said('Extract: jason is 25 years old'),
    answers: [
      { name: 'jason', age: 25 },
      { name: 'JASON', age: 25 },
    ],
  },
  template: {
    schema: User,
    params: { context: { name: 'Jason', age: 25 } },
    messages: said('{{ name }} is {{ age }} years old'),
    rendered: 'Jason is 25 years old',
    value: { name: 'Jason', age: 25 },
  },
  image: {
    schema: Picture,
    messages: said(['What is in this image?', { type: 'image', source: 'https://example.com/image.jpg' }]),
    value: { objects: ['blueberries', 'leaves'], scene: 'A bush' },
  },
  'image data': {
    schema: Picture,
    messages: said(['What is in this image?', { type: 'image', source: `data:image/png;base64,${png}` }]),
    value: { objects: ['a dot'], scene: 'Nothing else' },
  },
  'image in a text': {
    schema: Picture,
    params: { autodetect: true },
    messages: said(['What is in this image?', 'https://example.com/image.jpg']),
    value: { objects: ['blueberries', 'leaves'], scene: 'A bush' },
  },
  pdf: {
    schema: Receipt,
    messages: said([
      'Extract the total and the items',
      { type: 'document', source: `data:application/pdf;base64,${pdf}` },
    ]),
    value: { total: 220, items: ['English Tea', 'Tofu'] },
  },
  audio: {
    schema: Recording,
    messages: said(['Summarise the audio', { type: 'audio', source: `data:audio/wav;base64,${wav}` }]),
    value: { summary: 'A speech of 1863.' },
  },
  parallel: { call: 'parallel' },
  /** `subject` is judged by a second call. */
  judged: {
    call: 'judged',
    messages: said('A subject for an email'),
    value: { recipient: 'all', subject: 'Follow us' },
    judgement: { is_valid: true, reason: null, fixed_value: null },
  },
}
