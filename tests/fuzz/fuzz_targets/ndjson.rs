//! NDJSON: the lines are the same for every chunking of the bytes. The first byte selects the chunking.
#![no_main]

use instructor_wasm::machinery::stream::LineDecoder;
use libfuzzer_sys::fuzz_target;

fn lines<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut decoder = LineDecoder::new();
    let mut on = |line: &str| {
        lines.push(line.to_owned());
        Ok(())
    };
    for piece in pieces {
        decoder.push(piece, &mut on).unwrap();
    }
    decoder.finish(&mut on).unwrap();
    lines
}

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    assert_eq!(lines(bytes.chunks(usize::from(size % 16) + 1)), lines(std::iter::once(bytes)));
});
