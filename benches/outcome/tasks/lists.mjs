// Lists of strings, of numbers and of objects; lists at the root.
import { either, ordered } from '../compare.mjs'
import { integer, list, object, string } from '../schemas.mjs'

const person = object({ name: string(), age: integer() }, 'Person')

export const lists = [
  {
    id: 'flag-colours',
    text: 'The flag of Germany is black, red and gold.',
    schema: object({ colors: list(string()) }, 'Flag'),
    right: { colors: ['black', 'red', 'gold'] },
  },
  {
    id: 'two-people',
    text: 'Extract the people: Ana is 41 and her brother Luis is 38.',
    schema: list(person),
    right: [
      { name: 'Ana', age: 41 },
      { name: 'Luis', age: 38 },
    ],
  },
  {
    id: 'shopping',
    text: 'Shopping list: 2 loaves of bread, 6 eggs, 1 bottle of olive oil.',
    schema: object({ items: list(object({ name: string(), count: integer() })) }, 'ShoppingList'),
    right: {
      items: [
        { name: either('bread', 'loaves of bread', 'loaf of bread'), count: 2 },
        { name: either('eggs', 'egg'), count: 6 },
        { name: either('olive oil', 'bottle of olive oil'), count: 1 },
      ],
    },
  },
  {
    id: 'ingredients',
    text: 'For the pancakes you need flour, milk, eggs and butter.',
    schema: object({ dish: string(), ingredients: list(string()) }, 'Recipe'),
    right: { dish: 'pancakes', ingredients: ['flour', 'milk', 'eggs', 'butter'] },
  },
  {
    id: 'lottery',
    text: 'The winning numbers are 4, 8, 15, 16, 23 and 42.',
    schema: object({ numbers: list(integer()) }, 'Draw'),
    right: { numbers: ordered(4, 8, 15, 16, 23, 42) },
  },
  {
    id: 'cities-in-order',
    text: 'We first went to Porto, then to Madrid and at last to Lyon.',
    schema: object({ cities: list(string(), 'In the order of the trip') }, 'Trip'),
    right: { cities: ordered('Porto', 'Madrid', 'Lyon') },
  },
  {
    id: 'team-roles',
    text: 'Nina is the designer, Omar the developer and Petra the manager.',
    schema: list(object({ name: string(), role: string() }, 'Member')),
    right: [
      { name: 'Nina', role: 'designer' },
      { name: 'Omar', role: 'developer' },
      { name: 'Petra', role: 'manager' },
    ],
  },
]
