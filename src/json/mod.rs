//! JSON: span finding, the lenient reader, the incremental parser and its patches.
