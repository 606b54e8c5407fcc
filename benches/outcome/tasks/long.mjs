// A few facts in a long text.
import { either } from '../compare.mjs'
import { boolean, choice, integer, list, object, string } from '../schemas.mjs'

const mail = `Dear team,

thank you all for the great work in the last quarter. The new warehouse in Rotterdam went into operation in September and already
handles a third of our orders. A few words on what comes next: the move of the old office is postponed to spring, since the
contract with the carrier was signed late. Until then everybody keeps their desk. The canteen is closed on Friday because the
kitchen floor is being repaired; vouchers are available at the front desk. Finally, please welcome our new head of logistics,
Ingrid Solberg, who joins us from Bergen on Monday. She will introduce herself in the weekly meeting at ten.

Best regards
Henk`

const report = `The committee met on Tuesday to discuss the state of the bridges in the county. Of the 148 bridges that were inspected, 11
were found to be in bad condition and must be repaired within two years. The oldest of them, the Mill Bridge, was built in 1871 and
will be closed to trucks from next week on. The repairs are expected to cost about 23 million dollars in total. Several members
asked whether the state would pay a part. The chair, Robert Haines, said that an answer was not expected before the summer. The
next meeting takes place in the town hall. Visitors are welcome, but are asked to register in advance.`

const review = `We stayed for a week in August with two kids. The room was clean and much larger than on the pictures, and the staff could
not have been friendlier: they even found the teddy bear that our daughter had lost on the beach. Breakfast is simple, but fresh,
with good coffee. The pool is small and gets crowded in the afternoon. What we did not like was the noise: the street in front of
the house is busy until midnight, and the windows do not close well. Parking costs 12 euros a day, which nobody had mentioned. All
in all we had a good time, and would come back outside of the season.`

const story = `When the lighthouse keeper Elias woke up, the fog had already swallowed the harbour. He climbed the 199 steps, lit the lamp
and wound up the horn, as he had done every foggy morning for twenty-six years. At noon a small boat appeared below the rocks. It
was called Marigold, and in it sat a girl with a red coat and a very wet dog. "We are lost," she shouted. Elias threw them a rope.
The girl's name was Wren, the dog was Biscuit, and both were hungry. They ate soup until the fog lifted in the evening.`

export const long = [
  {
    id: 'mail-new-head',
    text: `${mail}\n\nWho is the new employee?`,
    schema: object(
      { name: string(), position: string(), from: string('The city they come from') },
      'Employee',
    ),
    right: {
      name: 'Ingrid Solberg',
      position: either('head of logistics', 'new head of logistics'),
      from: 'Bergen',
    },
  },
  {
    id: 'mail-canteen',
    text: `${mail}\n\nWhen is the canteen closed?`,
    schema: object({ day: string(), reason: string() }, 'Closure'),
    judge: ({ day, reason }) => /friday/i.test(day) && /repair|floor/i.test(reason),
  },
  {
    id: 'report-bridges',
    text: `${report}\n\nExtract the figures.`,
    schema: object(
      { inspected: integer(), in_bad_condition: integer(), cost_in_millions: integer() },
      'Report',
    ),
    right: { inspected: 148, in_bad_condition: 11, cost_in_millions: 23 },
  },
  {
    id: 'report-chair',
    text: `${report}\n\nWho leads the committee, and which bridge is the oldest?`,
    schema: object({ chair: string(), oldest_bridge: string(), built: integer() }, 'Report'),
    right: { chair: 'Robert Haines', oldest_bridge: either('Mill Bridge', 'the Mill Bridge'), built: 1871 },
  },
  {
    id: 'review-points',
    text: `${review}\n\nSummarise the review.`,
    schema: object(
      { noisy: boolean(), would_return: boolean(), parking_fee: integer('Euros a day') },
      'HotelReview',
    ),
    right: { noisy: true, would_return: true, parking_fee: 12 },
  },
  {
    id: 'story-names',
    text: `${story}\n\nList the names of the characters and animals.`,
    schema: object({ names: list(string()) }, 'Characters'),
    right: { names: ['Elias', 'Wren', 'Biscuit'] },
  },
  {
    id: 'story-facts',
    text: `${story}\n\nExtract the facts.`,
    schema: object(
      { keeper: string(), steps: integer(), boat: string(), weather: choice('sun', 'rain', 'fog', 'snow') },
      'Story',
    ),
    right: { keeper: 'Elias', steps: 199, boat: 'Marigold', weather: 'fog' },
  },
]
