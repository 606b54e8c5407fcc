//! Counts the bytes that are read, for the tests that bound the work on hostile text. It is empty in other builds.

#[cfg(test)]
thread_local!(static BYTES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });

/// Counts bytes that are read or copied.
#[inline(always)]
pub fn count(_bytes: usize) {
    #[cfg(test)]
    BYTES.with(|bytes| bytes.set(bytes.get() + _bytes));
}

/// The number of bytes that `run` reads.
#[cfg(test)]
pub fn measure<T>(run: impl FnOnce() -> T) -> usize {
    let before = BYTES.with(std::cell::Cell::get);
    run();
    BYTES.with(std::cell::Cell::get) - before
}
