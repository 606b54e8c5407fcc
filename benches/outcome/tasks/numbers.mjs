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
]
