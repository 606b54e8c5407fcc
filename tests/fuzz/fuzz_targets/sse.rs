//! Server-sent events: the frames are the same for every chunking of the bytes. The first byte selects the chunking.
#![no_main]

#[path = "../../core/framings.rs"]
mod framings;

use framings::sse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    assert_eq!(sse(&bytes.chunks(usize::from(size % 16) + 1).collect::<Vec<_>>()), sse(&[bytes]));
});
