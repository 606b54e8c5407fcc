// Texts of the same kinds as those of the examples, which are not in the page.
const person = ([name, age, city], i) => [
  [
    `${name} is ${age} years old and lives in ${city}.`,
    `${name}, ${age} years old, lives in ${city}.`,
    `${name} lives in ${city} and is ${age} years old.`,
  ][i % 3],
  { name, age, city },
]
const of = (prompt, texts) => texts.map(([text, value]) => [`${prompt} ${text}`, value])

export const HELD = {
  person: of(
    'Extract the person:',
    [
      ['Tom', 40, 'Chicago'],
      ['Priya', 29, 'Mumbai'],
      ['Carlos', 55, 'Madrid'],
      ['Hana', 23, 'Prague'],
      ['Erik', 66, 'Stockholm'],
      ['Fatima', 38, 'Tunis'],
      ['George', 71, 'Sydney'],
      ['Nina', 17, 'Paris'],
      ['Oliver', 44, 'Toronto'],
      ['Anna', 12, 'Rome'],
    ].map(person),
  ),
  review: of(
    'Classify the review:',
    [
      ['It arrived late, and one part was missing.', 'negative'],
      ['Wonderful coat, warm and light.', 'positive'],
      ['The app crashes every time I open it.', 'negative'],
      ['Perfect gift, my mother was delighted.', 'positive'],
      ['The soup was cold and the waiter was rude.', 'negative'],
      ['A fantastic hotel with a lovely view.', 'positive'],
      ['Do not buy this printer, it jams all the time.', 'negative'],
      ['Works exactly as described. I recommend it.', 'positive'],
      ['I am disappointed. It looks cheap.', 'negative'],
      ['Delicious coffee and very fast delivery.', 'positive'],
    ].map(([text, sentiment]) => [text, { sentiment }]),
  ),
  year: of(
    'Extract the year:',
    [
      ['The school was built in 1958.', 1958],
      ['He moved to Canada in 2011.', 2011],
      ['The painting is from 1642.', 1642],
      ['The king died in 1603.', 1603],
      ['The law has been in force since 1998.', 1998],
      ['In 1912 the ship sank.', 1912],
      ['Their first album appeared in 1991.', 1991],
      ['The city had its first tram in 1882.', 1882],
      ['The tower was finished in 1889.', 1889],
      ['We met in 2007 in Spain.', 2007],
    ].map(([text, year]) => [text, { year }]),
  ),
}
