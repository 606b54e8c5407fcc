// Objects in objects, and definitions that are used more than once.
import { either } from '../compare.mjs'
import { choice, integer, list, number, object, string } from '../schemas.mjs'

const place = object({ city: string(), country: string() }, 'Place')

export const nested = [
  {
    id: 'user-address',
    text: 'Paul Becker lives in 10 Hafenstrasse, Hamburg.',
    schema: object({ name: string(), address: object({ street: string(), city: string() }) }, 'User'),
    right: {
      name: 'Paul Becker',
      address: { street: either('10 Hafenstrasse', 'Hafenstrasse 10'), city: 'Hamburg' },
    },
  },
  {
    id: 'company-ceo',
    text: 'Acme Robotics was founded in 1998. Its CEO Dana Fox is 52.',
    schema: object(
      { company: string(), founded: integer(), ceo: object({ name: string(), age: integer() }) },
      'Company',
    ),
    right: { company: 'Acme Robotics', founded: 1998, ceo: { name: 'Dana Fox', age: 52 } },
  },
  {
    id: 'route',
    text: 'The train goes from Vienna in Austria to Prague in Czechia.',
    schema: {
      ...object({ from: { $ref: '#/$defs/Place' }, to: { $ref: '#/$defs/Place' } }, 'Route'),
      $defs: { Place: place },
    },
    right: {
      from: { city: 'Vienna', country: 'Austria' },
      to: { city: 'Prague', country: either('Czechia', 'Czech Republic') },
    },
  },
  {
    id: 'rectangle',
    text: 'Draw a blue rectangle that is 30 wide and 20 high.',
    schema: object({ color: string(), size: object({ width: number(), height: number() }) }, 'Rectangle'),
    right: { color: 'blue', size: { width: 30, height: 20 } },
  },
  {
    id: 'order-lines',
    text: 'Order 77 for Kim: 3 pens at 1.20 each and 1 notebook at 4.50.',
    schema: object(
      {
        order: integer(),
        customer: object({ name: string() }),
        lines: list(object({ item: string(), quantity: integer(), price: number() })),
      },
      'Order',
    ),
    right: {
      order: 77,
      customer: { name: 'Kim' },
      lines: [
        { item: either('pens', 'pen'), quantity: 3, price: 1.2 },
        { item: 'notebook', quantity: 1, price: 4.5 },
      ],
    },
  },
  {
    id: 'tree',
    text: 'The folder "src" contains the folder "core" and the folder "web". Both are empty.',
    schema: {
      $ref: '#/$defs/Folder',
      $defs: {
        Folder: object({ name: string(), folders: list({ $ref: '#/$defs/Folder' }) }, 'Folder'),
      },
    },
    right: {
      name: 'src',
      folders: [
        { name: 'core', folders: [] },
        { name: 'web', folders: [] },
      ],
    },
  },
  {
    id: 'device-status',
    text: 'Sensor A7 in the kitchen: battery 81 percent, state ok.',
    schema: object(
      {
        id: string(),
        room: string(),
        status: object({ battery: integer('In percent'), state: choice('ok', 'warning', 'failed') }),
      },
      'Sensor',
    ),
    right: { id: either('A7', 'Sensor A7'), room: 'kitchen', status: { battery: 81, state: 'ok' } },
  },
]
