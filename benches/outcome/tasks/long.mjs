// A few facts in a long text.
import { either } from '../compare.mjs'
import { boolean, choice, date, integer, list, number, object, string } from '../schemas.mjs'

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

const meeting = `Maya: Good morning, everyone. Shall we start with the website?
Jonas: Yes. The new checkout went live on Wednesday. Orders are up by 8 percent since then, but we had two complaints about the
discount field.
Maya: Who looks into that?
Priya: I do. It is a problem with old browsers, I fix it by Friday.
Jonas: Then there is the newsletter. Last month it went to 5,400 readers, and 31 percent of them opened it.
Maya: That is better than I thought. Let us keep the format. Is there any news about the trade fair?
Priya: The stand in Leipzig is booked, it has the number C40. We do not have a hotel yet.
Jonas: I will book the hotel tomorrow.
Maya: Great. The next meeting is on Monday at nine, as always.`

const flat = `Would you like to live close to the river, in a quiet street with old trees? The flat is on the second floor of a house from
1928, which was renovated with care. It has 74 square metres and three rooms, a kitchen that was fitted four years ago and a balcony to
the south. There is no elevator, but a dry cellar with space for bicycles. The rent is 980 euros a month; 140 euros for heating are
added to it, and a deposit of two months is required. Pets are welcome, smokers are not. A bakery, two schools and the tram are in the
neighbourhood. The flat is free from 1 September 2025. For a visit, please call Mrs. Lindqvist on weekdays after five, at 555-0163.`

const museum = `The clock museum in Halden was founded in 1936 by the watchmaker Oskar Thorne, who had collected old clocks since he was a
boy. When he died in 1958, he left 612 of them to the town. A fire in 1962 destroyed the roof, but not a single clock was lost. The most
famous one is the ship's chronometer "Petrel", which was built in Bristol in 1794 and has sailed around the world three times. A ticket
costs 9 euros for adults; children do not pay. Guided tours start at 11 and at 15 o'clock, on Saturdays also in English. The museum is
open from 10 to 17 o'clock every day except Monday. The café on the ground floor has a terrace with a view of the harbour.`

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
    example: { day: 'Friday', reason: 'The kitchen floor is being repaired' },
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
  {
    id: 'meeting-newsletter',
    text: `${meeting}\n\nExtract the figures of the newsletter.`,
    schema: object({ readers: integer(), opened: number('In percent') }, 'Newsletter'),
    right: { readers: 5400, opened: 31 },
  },
  {
    id: 'meeting-people',
    text: `${meeting}\n\nWho fixes the discount field, and who books the hotel?`,
    schema: object({ fixes_discount_field: string(), books_hotel: string() }, 'Tasks'),
    right: { fixes_discount_field: 'Priya', books_hotel: 'Jonas' },
  },
  {
    id: 'meeting-stand',
    text: `${meeting}\n\nWhere is the stand at the trade fair?`,
    schema: object(
      { city: string(), stand: string('The number of the stand'), hotel_booked: boolean('At this time') },
      'TradeFair',
    ),
    right: { city: 'Leipzig', stand: either('C40', 'number C40', 'stand C40'), hotel_booked: false },
  },
  {
    id: 'flat-facts',
    text: `${flat}\n\nExtract the facts about the flat.`,
    schema: object(
      {
        square_metres: number(),
        rooms: integer(),
        rent: number('Euros a month, without heating'),
        pets_allowed: boolean(),
      },
      'Flat',
    ),
    right: { square_metres: 74, rooms: 3, rent: 980, pets_allowed: true },
  },
  {
    id: 'flat-contact',
    text: `${flat}\n\nWhom can I call, and when can I move in?`,
    schema: object({ contact: string(), phone: string(), available_from: date() }, 'Contact'),
    right: {
      contact: either('Mrs. Lindqvist', 'Mrs Lindqvist', 'Lindqvist'),
      phone: either('555-0163', '5550163', '555 0163'),
      available_from: '2025-09-01',
    },
  },
  {
    id: 'museum-founder',
    text: `${museum}\n\nWho founded the museum, and when?`,
    schema: object({ founder: string(), year: integer() }, 'Museum'),
    right: { founder: either('Oskar Thorne', 'the watchmaker Oskar Thorne'), year: 1936 },
  },
  {
    id: 'museum-visit',
    text: `${museum}\n\nWhat does a visitor have to know?`,
    schema: object(
      {
        adult_price: number('In euros'),
        closed_on: choice('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'),
        free_for_children: boolean(),
      },
      'Visit',
    ),
    right: { adult_price: 9, closed_on: 'Monday', free_for_children: true },
  },
  {
    id: 'museum-clock',
    text: `${museum}\n\nWhich clock is the most famous?`,
    schema: object(
      { name: string('The name of the clock'), built: integer('Year'), city: string('Where it was built') },
      'Clock',
    ),
    right: {
      name: either(
        'Petrel',
        'the Petrel',
        'the ship\'s chronometer "Petrel"',
        'ship\'s chronometer "Petrel"',
        "ship's chronometer Petrel",
      ),
      built: 1794,
      city: 'Bristol',
    },
  },
]
