//! Counts the bytes that are read, for the tests that bound the work on hostile text. Outside of unit tests it does nothing.

#[cfg(test)]
thread_local!(static BYTES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });

/// Bytes were read, or copied.
#[inline(always)]
pub fn count(_bytes: usize) {
    #[cfg(test)]
    BYTES.with(|bytes| bytes.set(bytes.get() + _bytes));
}

/// How many bytes are read while `run` runs.
#[cfg(test)]
pub fn measure<T>(run: impl FnOnce() -> T) -> usize {
    let before = BYTES.with(std::cell::Cell::get);
    run();
    BYTES.with(std::cell::Cell::get) - before
}
