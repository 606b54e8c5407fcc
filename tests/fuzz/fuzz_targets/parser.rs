//! The incremental parser: chunking does not change the value, strict mode accepts what serde accepts, the packed ops
//! equal the tree. The first byte selects the chunking.
#![no_main]

use instructor_wasm::machinery::json::incremental::{Leniency, Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::json::packed::Packed;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[path = "../../core/utf8.rs"]
mod utf8;

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>, leniency: Leniency) -> (bool, Option<Value>) {
    let parser = || Parser::new(Options { leniency, ..Options::default() });
    let (mut builds, mut packs) = (parser(), parser());
    let (mut tree, mut packed) = (Tree::new(), Packed::new());
    let mut utf8 = utf8::Utf8::default();
    let mut outcome = Ok(());
    let mut take = |text: &str| {
        if outcome.is_ok() {
            outcome = builds.push(text, &mut tree).and(packs.push(text, &mut packed));
        }
    };
    for piece in pieces {
        utf8.push(piece, &mut take);
    }
    utf8.finish(&mut take);
    let outcome = outcome.and_then(|()| builds.finish(&mut tree).and(packs.finish(&mut packed)));
    let units: usize = packed.ops().iter().filter(|op| matches!(*op & 15, 8..=14)).map(|op| (op >> 4) as usize).sum();
    assert_eq!(units, packed.text().encode_utf16().count(), "every unit of the text belongs to an op");
    (outcome.is_ok(), tree.snapshot())
}

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    for leniency in [Leniency::Strict, Leniency::Relaxed, Leniency::Text] {
        let whole = read(std::iter::once(bytes), leniency);
        assert_eq!(read(bytes.chunks(usize::from(size % 16) + 1), leniency), whole);
        if leniency == Leniency::Strict
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            match serde_json::from_str::<Value>(text) {
                Ok(value) => assert_eq!(whole, (true, Some(value))),
                // Beyond JSON's grammar serde refuses lone surrogates and numbers outside f64, which this parser accepts.
                Err(error) if whole.0 => {
                    let error = error.to_string();
                    assert!(
                        ["surrogate", "out of range", "hex escape", "recursion"]
                            .iter()
                            .any(|known| error.contains(known)),
                        "{error}"
                    );
                }
                Err(_) => {}
            }
        }
    }
});
