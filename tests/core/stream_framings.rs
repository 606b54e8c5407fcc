//! The framings: the frames are the same for every chunking of the bytes.

use crate::framings::{self, lines, sse};
use crate::support::{base64, cut, read, read_json, testdata};
use instructor_wasm::machinery::error::{Error, Kind};
use instructor_wasm::machinery::stream::{EventStreamDecoder, LineDecoder, SseDecoder};
use proptest::prelude::*;

fn data(text: &str) -> Vec<String> {
    sse(&[text.as_bytes()]).into_iter().map(|(_, data)| data).collect()
}

type Frames = Vec<(String, Vec<u8>)>;

fn frames(pieces: &[&[u8]]) -> (Frames, Result<(), Error>) {
    let mut frames = Vec::new();
    let mut decoder = EventStreamDecoder::new();
    let mut on = |frame: instructor_wasm::machinery::stream::Frame| {
        frames.push((frame.event_type.to_owned(), frame.payload.to_vec()));
        Ok(())
    };
    for piece in pieces {
        if let Err(error) = decoder.push(piece, &mut on) {
            return (frames, Err(error));
        }
    }
    (frames, decoder.finish())
}

#[test]
fn sse_lines_end_with_lf_crlf_or_cr() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("data: a{end}{end}event: ping{end}data: b{end}{end}");
        assert_eq!(sse(&[text.as_bytes()]), [("".into(), "a".into()), ("ping".into(), "b".into())], "{end:?}");
    }
}

#[test]
fn sse_comments_and_foreign_fields_are_ignored() {
    assert_eq!(data(": OPENROUTER PROCESSING\n\nid: 3\nretry: 9\ndata: x\ndatax: y\n\n"), ["x"]);
}

#[test]
fn sse_data_lines_are_joined_with_lf_and_lose_one_space() {
    assert_eq!(data("data:a\ndata:  b\ndata\n\n"), ["a\n b\n"]);
}

#[test]
fn sse_an_event_name_applies_to_one_event_only() {
    assert_eq!(
        sse(&[b"event: a\n\nevent: b\ndata: 1\n\ndata: 2\n\n"]),
        [("b".into(), "1".into()), ("".into(), "2".into())]
    );
}

#[test]
fn sse_an_event_without_its_last_blank_line_is_delivered() {
    assert_eq!(data("data: a\n\ndata: b"), ["a", "b"]);
    assert_eq!(data("data: a\n\ndata: b\n"), ["a", "b"]);
}

#[test]
fn sse_a_byte_order_mark_is_dropped() {
    assert_eq!(data("\u{feff}data: a\n\n"), ["a"]);
}

#[test]
fn sse_broken_utf8_becomes_replacement_characters() {
    assert_eq!(sse(&[b"data: a\xffb\n\n"]), [("".into(), "a\u{fffd}b".into())]);
}

#[test]
fn sse_an_endless_event_is_refused() {
    let mut decoder = SseDecoder::with_limit(100);
    let outcome = (0..100).try_for_each(|_| decoder.push(b"0123456789", &mut |_| Ok(())));
    assert_eq!(outcome.unwrap_err().kind, Kind::Provider);
    let mut decoder = SseDecoder::with_limit(100);
    let outcome = (0..100).try_for_each(|_| decoder.push(b"data: 0123456789\n", &mut |_| Ok(())));
    assert_eq!(outcome.unwrap_err().kind, Kind::Provider);
}

#[test]
fn sse_an_error_of_the_receiver_stops_the_push() {
    let mut seen = 0;
    let outcome = SseDecoder::new().push(b"data: 1\n\ndata: 2\n\n", &mut |_| {
        seen += 1;
        Err(Error::parsing("no"))
    });
    assert_eq!((outcome.unwrap_err().message.as_str(), seen), ("no", 1));
}

#[test]
fn ndjson_returns_each_line_and_a_last_one_without_line_end() {
    assert_eq!(lines(&[b"{\"a\":1}\r\n\n  {\"b\":2} \n{\"c\":3}"]), ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
}

#[test]
fn ndjson_an_endless_line_is_refused() {
    let mut decoder = LineDecoder::with_limit(100);
    let outcome = (0..100).try_for_each(|_| decoder.push(b"0123456789", &mut |_| Ok(())));
    assert_eq!(outcome.unwrap_err().kind, Kind::Provider);
}

#[test]
fn eventstream_valid_vectors_decode_and_invalid_ones_are_refused() {
    let Some(folder) = testdata("aws-eventstream") else { return };
    let mut counts = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        let one_by_one: Vec<&[u8]> = bytes.chunks(1).collect();
        let (whole, outcome) = frames(&[&bytes]);
        let (pieces, piecewise) = frames(&one_by_one);
        assert_eq!(whole, pieces, "{name}");
        assert_eq!(outcome.is_ok(), piecewise.is_ok(), "{name}");
        if name.starts_with("valid") {
            outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(whole.len(), 1, "{name}");
            counts.0 += 1;
        } else if name.starts_with("invalid") {
            assert!(outcome.is_err() && whole.is_empty(), "{name} must be refused");
            counts.1 += 1;
        }
    }
    println!("eventstream: valid frames decoded {}, invalid ones refused {}", counts.0, counts.1);
    assert!(counts.0 > 0 && counts.1 > 0, "no vectors found");
}

#[test]
fn eventstream_recorded_bedrock_streams_decode_like_botocore() {
    let Some(recorded) = read_json("aws-eventstream/recorded-bedrock-decoded.json") else { return };
    let cases = recorded["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let bytes = base64(case["bytes_base64"].as_str().unwrap());
        let expected: Frames = case["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| {
                let event = message["headers"][":event-type"].as_str().unwrap_or_default().to_owned();
                (event, base64(message["payload_base64"].as_str().unwrap()))
            })
            .collect();
        for size in [1, 7, 100, bytes.len()] {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            let (got, outcome) = frames(&pieces);
            outcome.unwrap();
            assert_eq!(got, expected);
        }
    }
    println!("eventstream: recorded Bedrock streams decoded like botocore {}", cases.len());
}

#[test]
fn eventstream_an_exception_frame_is_an_error_with_its_name_and_message() {
    let Some(bytes) = read("../reference/eventstream.json") else { return };
    let list: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let mut exceptions = 0;
    for entry in list.as_array().unwrap() {
        let hex = entry["hex"].as_str().unwrap();
        let bytes: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let (got, outcome) = frames(&[&bytes]);
        let event = entry["event"].as_str().unwrap();
        if let Some(code) = event.strip_prefix("exception ") {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind, Kind::Provider);
            assert_eq!(error.detail["code"], code);
            assert!(error.message.contains("Too many requests"), "{error}");
            exceptions += 1;
        } else {
            outcome.unwrap();
            assert_eq!(got, [(event.to_owned(), entry["json"].as_str().unwrap().as_bytes().to_vec())]);
        }
    }
    assert_eq!(exceptions, 1);
}

/// A frame without headers.
fn frame(payload: &[u8]) -> Vec<u8> {
    framings::frame(&[], payload)
}

#[test]
fn eventstream_a_truncated_stream_is_incomplete_output() {
    let bytes = frame(b"{}");
    for length in 1..bytes.len() {
        let (got, outcome) = frames(&[&bytes[..length]]);
        assert!(got.is_empty());
        assert_eq!(outcome.unwrap_err().kind, Kind::IncompleteOutput, "cut at {length}");
    }
}

#[test]
fn eventstream_a_frame_over_the_limit_is_refused_before_its_body_arrives() {
    let bytes = frame(&[b'x'; 1000]);
    let mut decoder = EventStreamDecoder::with_limit(500);
    assert!(decoder.push(&bytes[..12], &mut |_| Ok(())).is_err());
}

#[test]
fn eventstream_one_flipped_bit_anywhere_is_detected() {
    let bytes = frame(b"{\"a\":1}");
    for at in 0..bytes.len() * 8 {
        let mut broken = bytes.clone();
        broken[at / 8] ^= 1 << (at % 8);
        let (got, outcome) = frames(&[&broken]);
        assert!(got.is_empty() && outcome.is_err(), "bit {at}");
    }
}

proptest! {
    #[test]
    fn sse_every_split_results_in_the_same_events(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "data: ", "data:", "event: e", ":c", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "{\"a\":\"é🙂\"}", "x", " ", "[DONE]", "\u{feff}",
            ]),
            0..40,
        ),
        at in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let text = parts.concat();
        let bytes = text.as_bytes();
        let whole = sse(&[bytes]);
        prop_assert_eq!(&sse(&cut(bytes, &at)), &whole);
        prop_assert_eq!(&sse(&bytes.chunks(1).collect::<Vec<_>>()), &whole);
    }

    #[test]
    fn ndjson_every_split_results_in_the_same_lines(
        parts in prop::collection::vec(prop::sample::select(vec!["{}", "{\"a\":\"é🙂\"}", "\n", "\r\n", " ", "\n\n"]), 0..30),
        at in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let text = parts.concat();
        let bytes = text.as_bytes();
        let whole = lines(&[bytes]);
        prop_assert_eq!(&lines(&cut(bytes, &at)), &whole);
        prop_assert_eq!(&lines(&bytes.chunks(1).collect::<Vec<_>>()), &whole);
    }

    #[test]
    fn eventstream_every_split_results_in_the_same_frames(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
        at in prop::collection::vec(any::<usize>(), 0..12),
        cut_off in 0usize..20,
    ) {
        let mut bytes: Vec<u8> = payloads.iter().flat_map(|payload| frame(payload)).collect();
        bytes.truncate(bytes.len().saturating_sub(cut_off / 2));
        let (whole, outcome) = frames(&[&bytes]);
        let (pieces, piecewise) = frames(&cut(&bytes, &at));
        prop_assert_eq!(whole, pieces);
        prop_assert_eq!(outcome.is_ok(), piecewise.is_ok());
    }

    #[test]
    fn noise_never_panics_a_decoder(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        sse(&[&bytes]);
        lines(&[&bytes]);
        let _ = frames(&[&bytes]);
    }
}
