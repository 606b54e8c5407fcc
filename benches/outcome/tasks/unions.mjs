// One of several shapes.
import { either } from '../compare.mjs'
import { choice, integer, list, number, object, string, tagged } from '../schemas.mjs'

const shape = tagged('kind', {
  circle: { radius: number() },
  square: { side: number() },
})

const command = tagged('action', {
  set_volume: { level: integer() },
  play: { song: string() },
  stop: {},
})

export const unions = [
  {
    id: 'circle',
    text: 'Draw a circle with radius 7.',
    schema: object({ shape }, 'Drawing'),
    right: { shape: { kind: 'circle', radius: 7 } },
  },
  {
    id: 'square',
    text: 'Draw a square with sides of 12.',
    schema: object({ shape }, 'Drawing'),
    right: { shape: { kind: 'square', side: 12 } },
  },
  {
    id: 'command',
    text: 'Turn the volume up to 40.',
    schema: object({ command }, 'Request'),
    right: { command: { action: 'set_volume', level: 40 } },
  },
  {
    id: 'search-or-answer',
    text: 'What is the weather in Lima today? You have no data: search for it.',
    schema: object(
      { step: tagged('type', { search: { query: string() }, answer: { text: string() } }) },
      'Step',
    ),
    judge: ({ step }) => step.type === 'search' && /lima/i.test(step.query),
    example: { step: { type: 'search', query: 'weather in Lima today' } },
  },
  {
    id: 'name-or-number',
    text: 'My customer number is 55012.',
    schema: object({ customer: { anyOf: [{ type: 'integer' }, { type: 'string' }] } }, 'Customer'),
    right: { customer: either(55012, '55012') },
  },
  {
    id: 'payments',
    text: 'Lea paid 20 in cash. Tim paid 35 by card ending in 4242.',
    schema: list(
      tagged('method', {
        cash: { payer: string(), amount: number() },
        card: { payer: string(), amount: number(), last_digits: string() },
      }),
    ),
    right: [
      { method: 'cash', payer: 'Lea', amount: 20 },
      { method: 'card', payer: 'Tim', amount: 35, last_digits: '4242' },
    ],
  },
  {
    id: 'vehicle',
    text: 'For sale: a truck with a load capacity of 7.5 tons.',
    schema: object(
      { vehicle: tagged('type', { car: { seats: integer() }, truck: { tons: number() } }) },
      'Offer',
    ),
    right: { vehicle: { type: 'truck', tons: 7.5 } },
  },
  {
    id: 'paid-cash',
    text: 'The customer paid 18.50 in cash.',
    schema: object(
      {
        payment: tagged('method', {
          cash: { amount: number() },
          card: { amount: number(), last_digits: string() },
        }),
      },
      'Sale',
    ),
    right: { payment: { method: 'cash', amount: 18.5 } },
  },
  {
    id: 'play-song',
    text: 'Play the song "River Road".',
    schema: object({ command }, 'Request'),
    right: { command: { action: 'play', song: 'River Road' } },
  },
  {
    id: 'stop-music',
    text: 'Please stop the music.',
    schema: object({ command }, 'Request'),
    right: { command: { action: 'stop' } },
  },
  {
    id: 'contact-by-mail',
    text: 'You can write to me at nils@fjord.example.',
    schema: object(
      { contact: tagged('type', { phone: { number: string() }, email: { address: string() } }) },
      'Contact',
    ),
    right: { contact: { type: 'email', address: 'nils@fjord.example' } },
  },
  {
    id: 'shirt-size',
    text: 'I would like the shirt in size L.',
    schema: object({ size: { anyOf: [{ type: 'integer' }, { type: 'string' }] } }, 'Shirt'),
    right: { size: either('L', 'Large') },
  },
  {
    id: 'value-or-error',
    text: 'The sensor measured 21.5 degrees.',
    schema: object(
      {
        result: {
          anyOf: [object({ degrees: number() }, 'Success'), object({ error: string() }, 'Failure')],
        },
      },
      'Measurement',
    ),
    right: { result: { degrees: 21.5 } },
  },
  {
    id: 'calculator',
    text: 'How much is 18 times 4? Do not compute it, but use the calculator.',
    schema: object(
      {
        step: tagged('tool', {
          search: { query: string() },
          calculator: {
            left: number(),
            operator: choice('plus', 'minus', 'times', 'divided_by'),
            right: number(),
          },
        }),
      },
      'Step',
    ),
    right: {
      step: either(
        { tool: 'calculator', left: 18, operator: 'times', right: 4 },
        { tool: 'calculator', left: 4, operator: 'times', right: 18 },
      ),
    },
  },
  {
    id: 'chat-events',
    text: 'Lina joined the chat. Omar left the chat. Lina wrote: "Hello".',
    schema: list({
      oneOf: tagged('event', {
        joined: { user: string() },
        left: { user: string() },
        message: { user: string(), text: string() },
      }).anyOf,
    }),
    right: [
      { event: 'joined', user: 'Lina' },
      { event: 'left', user: 'Omar' },
      { event: 'message', user: 'Lina', text: 'Hello' },
    ],
  },
]
