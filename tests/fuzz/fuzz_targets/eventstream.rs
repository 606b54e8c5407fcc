//! The AWS event stream: the frames, and whether there is an error, are the same for every chunking of the bytes. The
//! first byte selects the chunking. Checksums would stop a fuzzer at once, so they are corrected first.
#![no_main]

#[path = "../../core/framings.rs"]
mod framings;

use framings::crc;
use instructor_wasm::machinery::stream::EventStreamDecoder;
use libfuzzer_sys::fuzz_target;

type Frames = Vec<(String, String, Vec<u8>)>;

fn frames<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Frames, bool) {
    let mut frames = Vec::new();
    let mut decoder = EventStreamDecoder::with_limit(1 << 16);
    let mut on = |frame: instructor_wasm::machinery::stream::Frame| {
        frames.push((frame.event_type.to_owned(), frame.content_type.to_owned(), frame.payload.to_vec()));
        Ok(())
    };
    for piece in pieces {
        if decoder.push(piece, &mut on).is_err() {
            return (frames, false);
        }
    }
    (frames, decoder.finish().is_ok())
}

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    let mut bytes = bytes.to_vec();
    // A frame of exactly this length, unless it is too short or the first bit selects a malformed one.
    let length = bytes.len();
    if size & 128 == 0 && length >= 16 {
        bytes[..4].copy_from_slice(&(length as u32).to_be_bytes());
        let prelude = crc(&bytes[..8]);
        bytes[8..12].copy_from_slice(&prelude);
        let whole = crc(&bytes[..length - 4]);
        bytes[length - 4..].copy_from_slice(&whole);
    }
    assert_eq!(frames(bytes.chunks(usize::from(size % 16) + 1)), frames(std::iter::once(bytes.as_slice())));
});
