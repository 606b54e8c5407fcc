//! What `repair: 'part'` costs: 200 wrong answers of 2–20 KB with one to five bad fields, in every API and mode.

use super::faults::{Nothing, each};
use super::wire_answers::Answer;
use super::*;
use instructor_wasm::Validator;

/// A linear congruential generator: the corpus is the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn words(&mut self, most: usize) -> String {
        const WORDS: [&str; 12] = [
            "river", "stone", "light", "paper", "green", "seven", "mount", "clear", "north", "quiet", "brand", "field",
        ];
        let count = 1 + self.below(most);
        (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

fn schema() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "required": ["id", "title", "author", "sections", "tags"],
        "properties": {
            "id": {"type": "integer"}, "title": text,
            "author": {"type": "object", "required": ["name", "mail"], "properties": {
                "name": text, "mail": {"type": "string", "pattern": "@"}, "verified": {"type": "boolean"},
            }},
            "sections": {"type": "array", "items": {"$ref": "#/$defs/Section"}},
            "tags": {"type": "array", "items": text},
            "scores": {"type": "object", "additionalProperties": {"type": "number"}},
        },
        "$defs": {"Section": {"type": "object", "required": ["heading", "pages", "kind"], "properties": {
            "heading": text, "pages": {"type": "integer", "minimum": 1}, "kind": {"enum": ["text", "table", "figure"]},
            "body": text, "children": {"type": "array", "items": {"$ref": "#/$defs/Section"}},
        }}},
    })
}

fn section(random: &mut Random, depth: usize) -> Value {
    let kind = ["text", "table", "figure"][random.below(3)];
    let mut section = json!({
        "heading": random.words(4), "pages": 1 + random.below(30), "kind": kind, "body": random.words(40),
    });
    if depth > 0 && random.below(3) == 0 {
        section["children"] = (0..1 + random.below(2)).map(|_| section_of(random, depth)).collect();
    }
    section
}

fn section_of(random: &mut Random, depth: usize) -> Value {
    section(random, depth - 1)
}

/// A valid value whose JSON text has at least `size` bytes.
fn report(random: &mut Random, size: usize) -> Value {
    let mut report = json!({
        "id": random.below(100_000), "title": random.words(6),
        "author": {"name": random.words(2), "mail": "a@example.com", "verified": true},
        "sections": [], "tags": [random.words(1), random.words(1)], "scores": {"a": 1.5, "b": 2},
    });
    while report.to_string().len() < size {
        let section = section(random, 2);
        report["sections"].as_array_mut().unwrap().push(section);
    }
    report
}

/// The places of all scalars.
fn scalars(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, inner)| scalars(inner, &format!("{at}/{key}"), out)),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, inner)| scalars(inner, &format!("{at}/{i}"), out)),
        _ => out.push(at.to_owned()),
    }
}

/// Another type than the schema's, at one to five places.
fn spoil(random: &mut Random, value: &Value) -> Value {
    let mut places = Vec::new();
    scalars(value, "", &mut places);
    let mut wrong = value.clone();
    for _ in 0..1 + random.below(5) {
        // Each place once: a second change could make it valid.
        let place = places.swap_remove(random.below(places.len()));
        let place = wrong.pointer_mut(&place).unwrap();
        *place = if place.is_string() { json!([7]) } else { json!("about") };
    }
    wrong
}

/// The answer to a request for parts, by the places in its text.
fn parts_of(good: &Value, body: &str) -> Map<String, Value> {
    let listed = body.split("- `").skip(1).filter_map(|line| {
        let (name, rest) = line.split_once("` (at ")?;
        let place = rest.split_once(')')?.0.replace('.', "/");
        Some((name.to_owned(), good.pointer(&format!("/{place}"))?.clone()))
    });
    listed.collect()
}

#[test]
fn the_corrections_of_200_answers_are_right_and_cost_little_output() {
    let validator = Validator::new(&schema()).unwrap();
    let mut random = Random(7);
    let (mut shares, mut kinds) = (Vec::new(), 0);
    each(|_, _, _, _| kinds += 1);
    let rounds = 200_usize.div_ceil(kinds);
    for _ in 0..rounds {
        each(|api, text, stream, what| {
            let size = 2_000 + random.below(18_000);
            let good = report(&mut random, size);
            let wrong = spoil(&mut random, &good);
            let params =
                json!({"responseModel": {"name": "User", "schema": schema()}, "repair": "part", "maxRetries": 3});
            let mut call = api.begin(text, stream, params);
            let (mut sent, mut output) = (0, 0);
            let value = loop {
                match call.poll(CLOCK) {
                    Action::Send { request, .. } => {
                        let answer = match sent {
                            0 => wrong.clone(),
                            _ => Value::Object(parts_of(&good, &request.body)),
                        };
                        if sent > 0 {
                            output += answer.to_string().len();
                        }
                        sent += 1;
                        let finish = api.finish_reasons[usize::from(!text)];
                        let body = api.body(stream, &Answer { text: &answer.to_string(), call: !text, finish });
                        if stream && call.on_head(200, &[]) {
                            call.on_bytes(&body, &mut Nothing, || CLOCK);
                            call.on_end(&mut Nothing, CLOCK);
                        } else {
                            call.on_response(200, &[], &body, CLOCK);
                        }
                    }
                    Action::Validate(value) => {
                        call.on_validated(validator.validate(&serde_json::from_str(&value).unwrap()), CLOCK);
                    }
                    Action::Done => break serde_json::from_str::<Value>(call.candidate()).unwrap(),
                    Action::Failed(error) => panic!("{what}: {error}"),
                    _ => {}
                }
            };
            assert!(value == good, "{what}");
            assert_eq!(sent, 2, "{what}");
            // A whole reask repeats all of the answer.
            shares.push(output * 1000 / good.to_string().len());
        });
    }
    shares.sort_unstable();
    let median = shares[shares.len() / 2];
    println!(
        "{} answers; output of a correction in thousandths of the whole: median {median}, most {}",
        shares.len(),
        shares[shares.len() - 1]
    );
    assert!(shares.len() >= 200);
    assert!(median <= 150, "the median is {median} thousandths of the whole");
}
