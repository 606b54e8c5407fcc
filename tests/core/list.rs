//! The elements of a streamed list: each is yielded once for the whole call, whatever the attempts repeat.

use instructor_wasm::machinery::call::{Action, Call, Client, Clock, ElementOutcome, List};
use instructor_wasm::machinery::error::Issue;
use proptest::prelude::*;
use serde_json::{Value, json};

const CLOCK: Clock = Clock { now_ms: 1e12, random: 0.5 };

fn wrong() -> Vec<Issue> {
    vec![Issue { path: vec!["age".into()], message: "bad".into() }]
}

/// What one step of an attempt reports.
enum Step {
    /// An element closes: its text, whether it is valid, and its outcome (`None`: it is not validated).
    Close(&'static str, bool, Option<ElementOutcome>),
    /// The whole list is known: its text, and the elements that are still to be validated.
    Rest(&'static str, Option<&'static str>),
    /// All elements of the rest were reported: how many issues there are.
    End(usize),
    Restart,
}

#[test]
fn elements_are_yielded_held_skipped_or_reasked() {
    use ElementOutcome::{Hold, Reask, Skip, Yield};
    use Step::{Close, End, Rest, Restart};
    let repeated = None;
    let table: Vec<(&str, Vec<Step>, &str)> = vec![
        (
            "all close",
            vec![Close("1", true, Some(Yield)), Close("1", true, Some(Yield)), Rest("[1,1]", Some(""))],
            "[1,1]",
        ),
        ("no element", vec![Rest("[]", Some(""))], "[]"),
        ("no list", vec![Rest("{\"a\":1}", None), Rest("null", None), Rest("\"[\"", None)], "[]"),
        (
            "the end of the list does not close",
            vec![
                Close("1", true, Some(Yield)),
                Rest("[1,[2,\"],\"],{\"a\":3}]", Some("[[2,\"],\"],{\"a\":3}]")),
                Close("[2]", true, Some(Hold)),
                Close("{}", true, Some(Hold)),
                End(0),
            ],
            "[1,[2],{}]",
        ),
        (
            "one of the rest is invalid, so none of it is yielded",
            vec![
                Rest("[1,2,3]", Some("[1,2,3]")),
                Close("1", true, Some(Hold)),
                Close("2", false, Some(Skip)),
                Close("3", false, Some(Skip)),
                End(2),
            ],
            "[]",
        ),
        (
            "an invalid element ends the attempt; the next one repeats the yielded ones and corrects it",
            vec![
                Close("1", true, Some(Yield)),
                Close("2", false, Some(Reask)),
                Restart,
                Close("1", true, repeated),
                Close("3", true, Some(Yield)),
                Close("1", true, Some(Yield)),
                Rest("[1,3,1]", Some("")),
            ],
            "[1,3,1]",
        ),
        (
            "the next attempt has only the missing ones",
            vec![Close("1", true, Some(Yield)), Restart, Close("2", true, Some(Yield)), Rest("[2]", Some(""))],
            "[1,2]",
        ),
        (
            "an element that was repeated before the connection broke again is still not new",
            vec![
                Close("1", true, Some(Yield)),
                Restart,
                Close("1", true, repeated),
                Restart,
                Close("1", true, repeated),
                Rest("[1,1]", Some("[1]")),
                Close("1", true, Some(Hold)),
                End(0),
            ],
            "[1,1]",
        ),
        (
            "a rest that is read once more has the same repetitions",
            vec![
                Close("1", true, Some(Yield)),
                Restart,
                Rest("[1,2]", Some("[1,2]")),
                Close("1", true, repeated),
                Close("2", false, Some(Skip)),
                End(1),
                Rest("[1,3]", Some("[1,3]")),
                Close("1", true, repeated),
                Close("3", true, Some(Hold)),
                End(0),
            ],
            "[1,3]",
        ),
    ];
    for (name, steps, yielded) in table {
        let mut list = List::default();
        for step in steps {
            match step {
                Close(text, valid, outcome) => {
                    let validate = list.closed(text.to_owned());
                    let mut issues = if valid { Vec::new() } else { wrong() };
                    assert_eq!(validate.then(|| list.validated(&mut issues)), outcome, "{name}: {text}");
                }
                Rest(text, rest) => assert_eq!(list.rest(text).as_deref(), rest, "{name}: {text}"),
                End(count) => assert_eq!(list.rest_issues().map(|issues| issues.len()), Some(count), "{name}"),
                Restart => list.restart(),
            }
        }
        assert_eq!(list.text(), yielded, "{name}");
        assert!(list.rest_issues().is_none(), "{name}");
    }
}

#[test]
fn issues_have_the_elements_index_in_its_attempt() {
    let mut list = List::default();
    for (number, element) in ["1", "2", "3"].into_iter().enumerate() {
        let mut issues = if number == 2 { wrong() } else { Vec::new() };
        assert!(list.closed(element.to_owned()));
        list.validated(&mut issues);
        assert_eq!(issues.first().map(|issue| issue.path.clone()), (number == 2).then(|| vec![2.into(), "age".into()]));
    }
    assert_eq!((list.count(), list.current()), (2, "3"));
    list.restart();
    list.closed("1".to_owned());
    assert!(list.rest("[1,5,6]").is_some());
    for _ in 0..2 {
        assert!(list.closed("9".to_owned()));
        list.validated(&mut wrong());
    }
    let indexes: Vec<Value> = list.rest_issues().unwrap().into_iter().map(|issue| issue.path[0].clone()).collect();
    assert_eq!(indexes, [1, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Attempts of elements 0–4, of which `invalid` is one; each attempt closes some, and the others are its rest.
    /// An element is yielded as often as the attempt that has it most often among its valid ones.
    #[test]
    fn every_element_is_yielded_once(
        attempts in prop::collection::vec((prop::collection::vec(0_u8..5, 0..8), 0_usize..9), 1..6),
        invalid in 0_u8..9,
    ) {
        let mut list = List::default();
        let mut most = [0_usize; 5];
        let mut yielded = Vec::new();
        for (elements, closed) in &attempts {
            let mut counts = [0_usize; 5];
            let mut asked = false;
            let mut report = |list: &mut List, element: u8, counts: &mut [usize; 5]| {
                let outcome = list.closed(element.to_string()).then(|| {
                    list.validated(&mut if element == invalid { wrong() } else { Vec::new() })
                });
                if outcome == Some(ElementOutcome::Yield) {
                    yielded.push(element);
                }
                if element != invalid {
                    counts[usize::from(element)] += 1;
                }
                outcome
            };
            for (index, element) in elements.iter().enumerate().take(*closed) {
                if report(&mut list, *element, &mut counts) == Some(ElementOutcome::Reask) {
                    prop_assert_eq!(list.current(), element.to_string());
                    prop_assert!(index < elements.len());
                    asked = true;
                    break;
                }
            }
            if !asked {
                let rest = list.rest(&json!(elements).to_string()).unwrap();
                let others = elements.get(*closed..).unwrap_or_default();
                prop_assert_eq!(&rest, &if others.is_empty() { String::new() } else { json!(others).to_string() });
                if !others.is_empty() {
                    let mut with_rest = counts;
                    let held: Vec<u8> = others
                        .iter()
                        .filter(|other| report(&mut list, **other, &mut with_rest) == Some(ElementOutcome::Hold))
                        .copied()
                        .collect();
                    let issues = list.rest_issues().unwrap();
                    prop_assert_eq!(issues.len(), others.iter().filter(|other| **other == invalid).count());
                    if issues.is_empty() {
                        counts = with_rest;
                        yielded.extend(held);
                    }
                }
            }
            for (most, count) in most.iter_mut().zip(counts) {
                *most = count.max(*most);
            }
            prop_assert_eq!(list.text(), json!(&yielded).to_string());
            list.restart();
        }
        let totals: Vec<usize> = (0..5).map(|element| yielded.iter().filter(|one| **one == element).count()).collect();
        prop_assert_eq!(&totals[..], &most[..]);
    }
}

fn streamed_list() -> Call {
    let user = json!({
        "title": "User", "type": "object", "required": ["age"], "properties": { "age": { "type": "integer" } },
    });
    let options = json!({ "apiKey": "k", "mode": "JSON" });
    let call = json!({
        "responseModel": { "schema": user, "iterable": true }, "messages": [{ "role": "user", "content": "x" }],
    });
    let client = Client::new("openai/gpt-4o-mini", options.as_object().unwrap().clone()).unwrap();
    Call::new(client.setup(call.as_object().unwrap().clone(), true).unwrap()).unwrap()
}

/// An unstreamed answer with this text.
fn whole(text: &str) -> Vec<u8> {
    json!({ "choices": [{ "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }] })
        .to_string()
        .into_bytes()
}

#[test]
fn an_unstreamed_body_has_its_elements_at_the_end_and_its_errors_together() {
    let mut call = streamed_list();
    let mut sent = Vec::new();
    let mut outcomes = Vec::new();
    let answers = [r#"{"tasks":[{"age":1},{"age":"x"},{"age":"y"}]}"#, r#"[{"age":1},{"age":2}]"#];
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                sent.push(request.body);
                call.on_response(200, &[], &whole(answers[sent.len() - 1]), CLOCK);
            }
            Action::ValidateElements(list) => {
                for element in serde_json::from_str::<Vec<Value>>(&list).unwrap() {
                    assert!(call.on_element(element.to_string(), CLOCK));
                    let issues = if element["age"].is_number() { Vec::new() } else { wrong() };
                    outcomes.push(call.on_element_validated(issues, CLOCK));
                }
            }
            Action::Done => break,
            Action::Restart => {}
            other => panic!("{other:?}"),
        }
    }
    use ElementOutcome::{Hold, Skip};
    assert_eq!(outcomes, [Hold, Skip, Skip, Hold, Hold]);
    assert!(sent[1].contains("tasks.1.age") && sent[1].contains("tasks.2.age"), "{}", sent[1]);
    assert!(!sent[1].contains("are accepted"), "{}", sent[1]);
    assert_eq!(call.candidate(), r#"[{"age":1},{"age":2}]"#);
}

#[test]
fn an_invalid_element_is_reasked_with_those_that_were_yielded() {
    let mut call = streamed_list();
    let mut sent = Vec::new();
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                sent.push(request.body);
                let ages: [Value; 2] = if sent.len() == 1 { [1.into(), "x".into()] } else { [1.into(), 2.into()] };
                for age in ages {
                    let issues = if age.is_number() { Vec::new() } else { wrong() };
                    if call.on_element(json!({ "age": age }).to_string(), CLOCK) {
                        call.on_element_validated(issues, CLOCK);
                    }
                }
                if sent.len() == 2 {
                    call.on_response(200, &[], &whole(r#"{"tasks":[{"age":1},{"age":2}]}"#), CLOCK);
                }
            }
            Action::Done => break,
            Action::Restart => {}
            other => panic!("{other:?}"),
        }
    }
    let message: Value = serde_json::from_str(&sent[1]).unwrap();
    let message = message["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap();
    assert!(message.contains("tasks.1.age") && message.contains("The first 1 elements are accepted"), "{message}");
    assert!(message.contains("Accepted: [{\"age\":1}]\nWith the error: {\"age\":\"x\"}"), "{message}");
    assert_eq!(call.candidate(), r#"[{"age":1},{"age":2}]"#);
}
