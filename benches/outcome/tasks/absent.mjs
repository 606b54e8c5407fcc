// Values that the text does not have: null or no key, nothing invented.
import { either } from '../compare.mjs'
import { date, integer, list, nullable, number, object, string } from '../schemas.mjs'

export const absent = [
  {
    id: 'no-age',
    text: 'Extract the person: Sofia works as a nurse.',
    schema: object({ name: string(), job: string(), age: nullable(integer()) }, 'Person'),
    right: { name: 'Sofia', job: either('nurse', 'a nurse'), age: null },
  },
  {
    id: 'no-phone',
    text: 'Contact: Ben Stone, ben@stone.example.',
    schema: object({ name: string(), email: nullable(string()), phone: nullable(string()) }, 'Contact'),
    right: { name: 'Ben Stone', email: 'ben@stone.example', phone: null },
  },
  {
    id: 'no-nickname',
    text: 'The player is called Marta Silva and wears number 10.',
    schema: object({ name: string(), number: integer(), 'nickname?': string() }, 'Player'),
    right: { name: 'Marta Silva', number: 10 },
  },
  {
    id: 'no-date',
    text: 'The concert takes place in the old town hall.',
    schema: object({ place: string(), date: nullable(date(), 'If it is given') }, 'Concert'),
    right: { place: either('old town hall', 'the old town hall', 'town hall'), date: null },
  },
  {
    id: 'no-allergies',
    text: 'Patient: Mr. Young, 58. No known allergies.',
    schema: object({ name: string(), age: integer(), allergies: list(string()) }, 'Patient'),
    right: { name: either('Mr. Young', 'Young'), age: 58, allergies: [] },
  },
  {
    id: 'no-price',
    text: 'New: the garden chair "Solo" in green.',
    schema: object({ product: string(), color: string(), price: nullable(number()) }, 'Product'),
    right: {
      product: either(
        'Solo',
        'garden chair',
        'the garden chair "Solo"',
        'garden chair "Solo"',
        'garden chair Solo',
      ),
      color: 'green',
      price: null,
    },
  },
  {
    id: 'has-all',
    text: 'Tomas Novak, 45, lives in Brno.',
    schema: object({ name: string(), age: nullable(integer()), city: nullable(string()) }, 'Person'),
    right: { name: 'Tomas Novak', age: 45, city: 'Brno' },
  },
]
