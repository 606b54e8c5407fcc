// Values that the text does not have: null or no key, nothing invented.
import { either } from '../compare.mjs'
import { boolean, date, integer, list, nullable, number, object, string } from '../schemas.mjs'

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
  {
    id: 'no-email',
    text: 'My name is Hugo Brandt and my phone number is 555-0179.',
    schema: object({ name: string(), email: nullable(string()), phone: nullable(string()) }, 'Contact'),
    right: { name: 'Hugo Brandt', email: null, phone: either('555-0179', '5550179', '555 0179') },
  },
  {
    id: 'no-stars',
    text: 'The pizza was great and the waiters were friendly.',
    schema: object(
      {
        positive: boolean('Whether the guest is satisfied'),
        stars: nullable(integer(undefined, { minimum: 1, maximum: 5 }), 'Only if the guest gives stars'),
      },
      'Review',
    ),
    right: { positive: true, stars: null },
  },
  {
    id: 'no-release-year',
    text: 'The film "Stone Garden" was directed by Ada Weber.',
    schema: object({ title: string(), director: string(), 'year?': integer() }, 'Film'),
    right: { title: 'Stone Garden', director: 'Ada Weber' },
  },
  {
    id: 'no-participants',
    text: 'The course was cancelled, because nobody had registered.',
    schema: object({ cancelled: boolean(), participants: list(string(), 'Names') }, 'Course'),
    right: { cancelled: true, participants: [] },
  },
  {
    id: 'no-last-name',
    text: 'The first prize goes to Priya!',
    schema: object({ first_name: string(), last_name: { type: ['string', 'null'] } }, 'Winner'),
    right: { first_name: 'Priya', last_name: null },
  },
  {
    id: 'no-due-date',
    text: 'Please clean the garage.',
    schema: object({ task: string(), due: nullable(date(), 'If the text has one') }, 'Task'),
    right: {
      task: either('clean the garage', 'please clean the garage', 'clean garage', 'cleaning the garage'),
      due: null,
    },
  },
  {
    id: 'some-ages',
    text: 'Ivan is 50. Tara came, too. Bo is 23.',
    schema: list(object({ name: string(), age: nullable(integer()) }, 'Person')),
    right: [
      { name: 'Ivan', age: 50 },
      { name: 'Tara', age: null },
      { name: 'Bo', age: 23 },
    ],
  },
  {
    id: 'no-delivery',
    text: 'The oak desk costs 180 euros. It is not delivered, customers pick it up in the store.',
    schema: object(
      {
        product: string(),
        price: number('In euros'),
        delivery: nullable(object({ city: string(), days: integer() }, 'Delivery'), 'If it is delivered'),
      },
      'Offer',
    ),
    right: { product: either('oak desk', 'the oak desk', 'desk'), price: 180, delivery: null },
  },
]
