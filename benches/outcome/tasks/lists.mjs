// Lists of strings, of numbers and of objects; lists at the root.
import { either, ordered } from '../compare.mjs'
import { boolean, integer, list, map, number, object, string } from '../schemas.mjs'

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
  {
    id: 'inner-planets',
    text: 'The four inner planets are Mercury, Venus, Earth and Mars.',
    schema: object({ planets: list(string()) }, 'Planets'),
    right: { planets: ['Mercury', 'Venus', either('Earth', 'the Earth'), 'Mars'] },
  },
  {
    id: 'hashtags',
    text: 'Sunset at the pier #summer #ocean #travel',
    schema: object({ hashtags: list(string(), 'Without the #') }, 'Post'),
    right: { hashtags: ['summer', 'ocean', 'travel'] },
  },
  {
    id: 'menu-prices',
    text: 'A coffee costs 3.50, a tea 2.80 and a juice 4.20.',
    schema: object(
      { drinks: list(object({ name: string(), price: number() }, 'Drink'), undefined, { minItems: 1 }) },
      'Menu',
    ),
    right: {
      drinks: [
        { name: either('coffee', 'a coffee'), price: 3.5 },
        { name: either('tea', 'a tea'), price: 2.8 },
        { name: either('juice', 'a juice'), price: 4.2 },
      ],
    },
  },
  {
    id: 'guest-names',
    text: 'Ella, Noah, Mia and Theo are invited to the party. List their names.',
    schema: list(string()),
    right: ['Ella', 'Noah', 'Mia', 'Theo'],
  },
  {
    id: 'quiz-scores',
    text: 'Points in the quiz: Anna 12, Ben 9, Carl 15.',
    schema: object({ scores: map(integer(), 'The points by the name of the player') }, 'Quiz'),
    right: { scores: { Anna: 12, Ben: 9, Carl: 15 } },
  },
  {
    id: 'todo-done',
    text: 'To do: water the plants (done), call the bank (not done), pay the rent (not done).',
    schema: object({ tasks: list(object({ task: string(), done: boolean() }, 'Task')) }, 'ToDoList'),
    right: {
      tasks: [
        { task: 'water the plants', done: true },
        { task: 'call the bank', done: false },
        { task: 'pay the rent', done: false },
      ],
    },
  },
  {
    id: 'pros-and-cons',
    text: 'The advantages of the flat: quiet, cheap. The disadvantages: small, cold, no balcony.',
    schema: object({ advantages: list(string()), disadvantages: list(string()) }, 'Flat'),
    right: { advantages: ['quiet', 'cheap'], disadvantages: ['small', 'cold', 'no balcony'] },
  },
  {
    id: 'departures',
    text: 'Trains to Ghent leave from platform 3 at 8:05, 8:35 and 9:05 in the morning.',
    schema: object(
      {
        destination: string(),
        platform: integer(),
        departures: list(string('24 hours, two digits each', { pattern: '^\\d{2}:\\d{2}$' })),
      },
      'Timetable',
    ),
    right: { destination: 'Ghent', platform: 3, departures: ['08:05', '08:35', '09:05'] },
  },
]
