//! NDJSON: the lines are the same for every chunking of the bytes. The first byte selects the chunking.
#![no_main]

#[path = "../../core/framings.rs"]
mod framings;

use framings::lines;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    assert_eq!(lines(&bytes.chunks(usize::from(size % 16) + 1).collect::<Vec<_>>()), lines(&[bytes]));
});
