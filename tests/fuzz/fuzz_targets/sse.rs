//! Server-sent events: the frames are the same for every chunking of the bytes. The first byte selects the chunking.
#![no_main]

use instructor_wasm::machinery::stream::SseDecoder;
use libfuzzer_sys::fuzz_target;

fn events<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<(String, String)> {
    let mut events = Vec::new();
    let mut decoder = SseDecoder::new();
    let mut on = |event: instructor_wasm::machinery::stream::SseEvent| {
        events.push((event.event.to_owned(), event.data.to_owned()));
        Ok(())
    };
    for piece in pieces {
        decoder.push(piece, &mut on).unwrap();
    }
    decoder.finish(&mut on).unwrap();
    events
}

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    assert_eq!(events(bytes.chunks(usize::from(size % 16) + 1)), events(std::iter::once(bytes)));
});
