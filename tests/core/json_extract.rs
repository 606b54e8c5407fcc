//! Reading parts of JSON texts: the strict scanner, a fence, fields of events.

use instructor_wasm::machinery::json::extract::{DeltaTemplate, Reader};
use instructor_wasm::machinery::json::fence::strip_fences;
use instructor_wasm::machinery::json::skip::value_end;
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn a_fence_is_stripped_only_if_it_is_the_whole_text() {
    assert_eq!(strip_fences("```json\n\"x\"\n```"), "\"x\"");
    assert_eq!(strip_fences("```5```"), "5");
    assert_eq!(strip_fences("a ```5```"), "a ```5```");
}

#[test]
fn a_reader_skips_fields_that_are_not_requested() {
    let text = r#" { "skip" : [1, {"x": "]"}], "a\u0062" : "x\ny\ud83d\ude00\ud83d" , "n": null, "u": {"t": 3} } "#;
    let (mut found, mut usage, mut null) = (String::new(), Value::Null, true);
    Reader::new(text)
        .object(&mut |key, value| match key {
            "ab" => value.string_into(&mut |piece| found.push_str(piece)).map(|_| ()),
            "n" => value.string_into(&mut |_| unreachable!()).map(|was_string| null = !was_string),
            "u" => value.value().map(|value| usage = value),
            _ => Ok(()),
        })
        .unwrap();
    assert_eq!(found, "x\ny😀\u{fffd}");
    assert_eq!(usage, json!({"t": 3}));
    assert!(null);
}

#[test]
fn a_reader_refuses_text_that_is_not_json() {
    for text in ["{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1 2]", "{\"a\":\"\u{1}\"}"]
    {
        let outcome = Reader::new(text).object(&mut |_, value| value.array(&mut |_, _| Ok(())));
        assert!(outcome.is_err(), "{text}");
    }
}

#[test]
fn an_event_that_differs_in_one_string_is_recognised() {
    let event =
        |content: &str, end: &str| format!(r#"{{"id":"c1","choices":[{{"delta":{{"content":"{content}"}}{end}}}]}}"#);
    let first = event("Hel", "");
    let mut place = 0..0;
    Reader::new(&first)
        .object(&mut |key, value| match key {
            "choices" => value.array(&mut |_, choice| {
                choice.object(&mut |_, value| {
                    value.object(&mut |_, value| {
                        value.string()?;
                        place = value.last_string();
                        Ok(())
                    })
                })
            }),
            _ => Ok(()),
        })
        .unwrap();
    assert_eq!(&first[place.clone()], "Hel");
    let mut repeat = DeltaTemplate::default();
    assert_eq!(repeat.matches(&first), None);
    repeat.learn(&first, place);
    assert_eq!(repeat.matches(&event("lo \\\"é\\u00e9", "")), Some("lo \\\"é\\u00e9"));
    assert_eq!(repeat.matches(&event("", "")), Some(""));
    assert_eq!(repeat.matches(&event("lo", ",\"finish_reason\":\"stop\"")), None);
    assert_eq!(repeat.matches(&event("a\",\"x\":\"b", "")), None);
    assert_eq!(repeat.matches(&event("a\\", "")), None);
    assert_eq!(repeat.matches("{"), None);
}

proptest! {
    #[test]
    fn the_scanner_accepts_exactly_what_serde_accepts(text in r#"[\[\]{},:"\\ntrue0-9.eE+ -]{0,20}"#) {
        let ours = value_end(text.as_bytes(), 0).is_ok_and(|end| text[end..].trim().is_empty());
        prop_assert_eq!(ours, serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn a_reader_reads_strings_as_serde_does(value in ".*") {
        let text = Value::from(value.clone()).to_string();
        let read = Reader::new(&text).string().unwrap().unwrap().into_owned();
        prop_assert_eq!(read, value);
    }

    #[test]
    fn noise_never_panics(text in ".*") {
        let _ = Reader::new(&text).object(&mut |_, value| value.array(&mut |_, value| value.string().map(|_| ())));
        let mut repeat = DeltaTemplate::default();
        repeat.learn(&text, std::ops::Range { start: 3, end: 1 });
        repeat.matches(&text);
        instructor_wasm::machinery::json::escape::unescape(&text, &mut |_| {});
    }
}

/// Reads `{"id":"x","t":"…"}` events, by the fast path where possible; joins the texts.
#[derive(Default)]
struct Quick {
    repeat: DeltaTemplate,
    text: String,
    quick: usize,
}

impl instructor_wasm::machinery::stream::SseSink for Quick {
    fn event(
        &mut self,
        event: instructor_wasm::machinery::stream::SseEvent,
    ) -> Result<(), instructor_wasm::machinery::error::Error> {
        let mut place = 0..0;
        let text = &mut self.text;
        Reader::new(event.data).object(&mut |key, value| match key {
            "t" => value.string_into(&mut |piece| text.push_str(piece)).map(|_| place = value.last_string()),
            _ => Ok(()),
        })?;
        self.text.push('|');
        self.repeat.learn(event.data, place);
        Ok(())
    }

    fn handle_known_event(&mut self, bytes: &[u8]) -> usize {
        let Some((raw, length)) = self.repeat.matches_event(bytes) else { return 0 };
        instructor_wasm::machinery::json::escape::unescape(raw, &mut |piece| self.text.push_str(piece));
        self.text.push('|');
        self.quick += 1;
        length
    }
}

#[test]
fn events_that_repeat_are_recognised_in_the_bytes() {
    let bytes = b"data: {\"t\":\"a\"}\n\ndata: {\"t\":\"b\"}\n\ndata: {\"t\":\"\\n\"}\n\ndata: {\"t\":\"d\"}";
    let mut quick = Quick::default();
    let mut decoder = instructor_wasm::machinery::stream::SseDecoder::new();
    decoder.push_to(bytes, &mut quick).unwrap();
    assert_eq!((quick.text.as_str(), quick.quick), ("a|b|\n|", 2));
}

proptest! {
    #[test]
    fn recognising_events_does_not_change_the_result(
        texts in prop::collection::vec("[a-c\"\\\\\n\r{}é🙂]{0,6}", 0..20),
        ends in prop::collection::vec(prop::sample::select(vec!["\n\n", "\n\n", "\n\n", "\r\n\r\n", "\r\r", "\n: c\n\n", "\ndata: \n\n"]), 20),
        at in prop::collection::vec(any::<usize>(), 0..10),
    ) {
        let mut bytes = String::new();
        for (text, end) in texts.iter().zip(&ends) {
            bytes.push_str(&format!("data: {}{end}", json!({"id": "x", "t": text})));
        }
        let bytes = bytes.as_bytes();
        let mut quick = Quick::default();
        let mut decoder = instructor_wasm::machinery::stream::SseDecoder::new();
        let mut cuts: Vec<usize> = at.iter().map(|at| at % (bytes.len() + 1)).chain([0, bytes.len()]).collect();
        cuts.sort_unstable();
        for pair in cuts.windows(2) {
            decoder.push_to(&bytes[pair[0]..pair[1]], &mut quick).unwrap();
        }
        let expected: String = texts.iter().map(|text| format!("{text}|")).collect();
        prop_assert_eq!(quick.text, expected);
    }
}
