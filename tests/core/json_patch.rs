//! The packed ops are complete: an interpreter of them builds the same value as the parser.

use instructor_wasm::machinery::call::PartialStream;
use instructor_wasm::machinery::json::incremental::{Leniency, Options, Parser};
use instructor_wasm::machinery::json::ops::{Ops, Tree};
use instructor_wasm::machinery::json::packed::*;
use instructor_wasm::machinery::provider::Sink;
use proptest::prelude::*;
use serde_json::{Value, json};

/// An interpreter of the ops like snapshot.ts, which writes to a [`Tree`].
#[derive(Default)]
struct Interpreter {
    tree: Tree,
    keys: Vec<String>,
    deltas: usize,
}

impl Interpreter {
    fn apply(&mut self, packed: &Packed) {
        let text: Vec<u16> = packed.text().encode_utf16().collect();
        let mut at = 0;
        for op in packed.ops() {
            let operand = (op >> 4) as usize;
            let mut take = || {
                at += operand;
                String::from_utf16(&text[at - operand..at]).unwrap()
            };
            match op & 15 {
                DELTA => self.deltas += 1,
                ROOT => self.tree.root(),
                ROOT_DONE => self.tree.root_done(),
                ROOT_DROPPED => self.tree.root_dropped(),
                OBJECT => self.tree.open(true),
                ARRAY => self.tree.open(false),
                CLOSE => self.tree.close(),
                KEY => self.tree.key(&self.keys[operand]),
                KEY_NEW => {
                    self.keys.push(take());
                    self.tree.key(self.keys.last().unwrap());
                }
                KEY_TEXT => self.tree.key(&take()),
                STRING | STRING_OPEN | STRING_MORE | STRING_CLOSE => {
                    if op & 15 == STRING || op & 15 == STRING_OPEN {
                        self.tree.string_open();
                    }
                    self.tree.string_text(&take());
                    if op & 15 == STRING || op & 15 == STRING_CLOSE {
                        self.tree.string_close();
                    }
                }
                NUMBER => self.tree.number(&take()),
                _ => match operand {
                    0 => self.tree.literal(None),
                    1 | 2 => self.tree.literal(Some(operand == 2)),
                    number => self.tree.number(&(number - 3).to_string()),
                },
            }
        }
        assert_eq!(at, text.len(), "every unit of the text belongs to an op");
    }
}

fn parser(leniency: Leniency) -> Parser {
    Parser::new(Options { leniency, ..Options::default() })
}

fn stream(leniency: Leniency) -> PartialStream {
    PartialStream::new(Options { leniency, ..Options::default() })
}

#[test]
fn a_string_inside_one_chunk_is_one_op_and_a_key_is_sent_once() {
    let mut stream = stream(Leniency::Strict);
    stream.push("[{\"na");
    stream.push("me\":\"J");
    stream.push("o\",\"n\":12},{\"name\":null,\"n\":-1}]");
    let name = |code: u32, operand: u32| operand << 4 | code;
    assert_eq!(
        stream.packed().ops(),
        [
            ROOT,
            ARRAY,
            OBJECT,
            name(KEY_NEW, 4),
            name(STRING, 2),
            name(KEY_NEW, 1),
            name(CONST, 15),
            CLOSE,
            OBJECT,
            name(KEY, 0),
            name(CONST, 0),
            name(KEY, 1),
            name(NUMBER, 2),
            CLOSE,
            CLOSE,
            ROOT_DONE
        ]
    );
    assert_eq!(stream.packed().text(), "nameJon-1");
}

#[test]
fn deltas_are_marked_when_requested() {
    let mut stream = stream(Leniency::Strict).every_delta();
    for piece in ["[\"a", "b", "", "c\"]"] {
        stream.text(piece);
        stream.delta_end();
    }
    let mut interpreter = Interpreter::default();
    interpreter.apply(stream.packed());
    assert_eq!((interpreter.deltas, interpreter.tree.into_complete()), (3, Some(json!(["abc"]))));
}

#[test]
fn keys_beyond_the_tables_size_are_sent_as_text() {
    let object: Value =
        (0..2000).map(|number| (format!("key {number}"), json!(number))).collect::<serde_json::Map<_, _>>().into();
    let long = "k".repeat(100);
    let text = json!([object, object, {long.as_str(): 1}, {long.as_str(): 2}]);
    let mut stream = stream(Leniency::Strict);
    stream.push(&text.to_string());
    let mut interpreter = Interpreter::default();
    interpreter.apply(stream.packed());
    assert_eq!(interpreter.tree.into_complete(), Some(text));
    assert_eq!(interpreter.keys.len(), 512);
}

#[test]
fn nothing_is_read_after_a_json_error() {
    let mut stream = stream(Leniency::Strict);
    stream.text("{\"a\" 1}");
    let ops = stream.packed().ops().to_vec();
    stream.text("[1]");
    assert_eq!(stream.packed().ops(), ops);
}

proptest! {
    #[test]
    fn the_packed_ops_build_the_same_value_at_every_chunk(
        parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", "\"", ":", ",", "a", "1", "99999999", "-", ".5", "true", "null", "\\u", "d83d", "\\ude00", " ", "é🙂",
            "{\"a\":", "{\"b\":[", ",\"b\":", "{\"a\":\"x\"}", "[1,2]",
        ]), 0..40),
        sizes in prop::collection::vec(1usize..9, 1..8),
        every_delta: bool,
    ) {
        for leniency in [Leniency::Strict, Leniency::Text] {
            let (mut stream, mut parser, mut tree) = (stream(leniency), parser(leniency), Tree::new());
            if every_delta {
                stream = stream.every_delta();
            }
            let mut interpreter = Interpreter::default();
            let mut failed = false;
            for pieces in parts.chunks(sizes[0]) {
                for piece in pieces {
                    failed = failed || parser.push(piece, &mut tree).is_err();
                    stream.text(piece);
                    stream.delta_end();
                }
                interpreter.apply(stream.packed());
                stream.clear();
                prop_assert_eq!(interpreter.tree.snapshot(), tree.snapshot());
            }
        }
    }
}
