// Numbers with units, bounds, currencies and separators.
import { either } from '../compare.mjs'
import { boolean, choice, integer, number, object, string } from '../schemas.mjs'

export const numbers = [
  {
    id: 'weight-grams',
    text: 'The parcel weighs 2.5 kilograms.',
    schema: object({ weight: number(), unit: choice('g', 'kg', 'lb') }, 'Parcel'),
    right: { weight: 2.5, unit: 'kg' },
  },
  {
    id: 'price-currency',
    text: 'The lamp costs £39.99.',
    schema: object({ product: string(), price: number(), currency: choice('USD', 'EUR', 'GBP') }, 'Price'),
    right: { product: either('lamp', 'the lamp'), price: 39.99, currency: 'GBP' },
  },
  {
    id: 'population',
    text: 'About 8,336,000 people live in New York City.',
    schema: object({ city: string(), population: integer() }, 'City'),
    right: { city: either('New York City', 'New York'), population: 8336000 },
  },
  {
    id: 'temperature',
    text: 'It was minus 12 degrees in Oslo this morning.',
    schema: object({ city: string(), celsius: number() }, 'Weather'),
    right: { city: 'Oslo', celsius: -12 },
  },
  {
    id: 'rating',
    text: 'I give this restaurant four out of five stars.',
    schema: object({ stars: integer(undefined, { minimum: 1, maximum: 5 }) }, 'Rating'),
    right: { stars: 4 },
  },
  {
    id: 'discount',
    text: 'The jacket was 80 dollars and is now 25% off.',
    schema: object(
      { price: number('Before the discount'), discount: number('In percent'), on_sale: boolean() },
      'Offer',
    ),
    right: { price: 80, discount: 25, on_sale: true },
  },
  {
    id: 'distance',
    text: 'Saturn is about 1.4 billion kilometres away from the Sun.',
    schema: object({ planet: string(), kilometers: number() }, 'Distance'),
    right: { planet: 'Saturn', kilometers: 1.4e9 },
  },
  {
    id: 'speed',
    text: 'The cyclist reached a speed of 62.4 km/h.',
    schema: object({ speed: number(), unit: choice('km/h', 'mph', 'm/s') }, 'Speed'),
    right: { speed: 62.4, unit: 'km/h' },
  },
  {
    id: 'two-dozen',
    text: 'We need two dozen eggs for the cakes.',
    schema: object({ eggs: integer('The number of eggs') }, 'Order'),
    right: { eggs: 24 },
  },
  {
    id: 'half-full',
    text: 'The tank has a capacity of 60 litres. At the moment it is half full.',
    schema: object({ capacity: number('In litres'), content: number('Litres at the moment') }, 'Tank'),
    right: { capacity: 60, content: 30 },
  },
  {
    id: 'die',
    text: 'I rolled the die, and it shows a five.',
    schema: object({ value: { type: 'integer', enum: [1, 2, 3, 4, 5, 6] } }, 'Roll'),
    right: { value: 5 },
  },
  {
    id: 'turnout',
    text: 'In the last election 71.5 percent of the citizens voted.',
    schema: object({ turnout: number('In percent', { minimum: 0, maximum: 100 }) }, 'Election'),
    right: { turnout: 71.5 },
  },
  {
    id: 'wedding-guests',
    text: 'Two hundred and fifty guests came to the wedding.',
    schema: object({ guests: integer(undefined, { title: 'Number of guests' }) }, 'Wedding'),
    right: { guests: 250 },
  },
  {
    id: 'account-balance',
    text: 'The balance of account 0047112 is -350.20 euros.',
    schema: object({ account: string('The number, with leading zeros'), balance: number() }, 'Account'),
    right: { account: '0047112', balance: -350.2 },
  },
  {
    id: 'tickets-total',
    text: 'Three tickets at 18 euros each, 54 euros in total, were paid in cash.',
    schema: object(
      {
        tickets: integer(),
        price: number('Of one ticket'),
        total: number(),
        currency: choice('EUR', 'USD', 'GBP'),
        cash: boolean(),
      },
      'Sale',
    ),
    right: { tickets: 3, price: 18, total: 54, currency: 'EUR', cash: true },
  },
]
