//! Shared by the tests: paths of the test data, and splitting bytes into pieces.

use instructor_wasm::machinery::error::Error;
use instructor_wasm::machinery::json::incremental::{Leniency, Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::schema::{Dialect, Rendered, ResponseModel, render_shared};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// A file or folder of the test data (`INSTRUCTOR_TESTDATA`, by default `../shared/testdata`). If it is absent: `None`,
/// after a line that `npm test` lists; a failure with `INSTRUCTOR_REQUIRE_TESTDATA`.
pub fn testdata(path: &str) -> Option<PathBuf> {
    let root = std::env::var("INSTRUCTOR_TESTDATA").unwrap_or_else(|_| "../shared/testdata".into());
    let found = PathBuf::from(root).join(path);
    if found.exists() {
        return Some(found);
    }
    let required = std::env::var_os("INSTRUCTOR_REQUIRE_TESTDATA").is_some();
    assert!(!required, "test data {path} is absent: set INSTRUCTOR_TESTDATA");
    eprintln!("skipped: test data {path}: set INSTRUCTOR_TESTDATA");
    None
}

pub fn read(path: &str) -> Option<Vec<u8>> {
    testdata(path).map(|path| std::fs::read(path).expect("readable test data"))
}

pub fn read_json(path: &str) -> Option<serde_json::Value> {
    read(path).map(|bytes| serde_json::from_slice(&bytes).expect("test data is JSON"))
}

/// The JSON files below a folder of the test data, with their paths, in order.
pub fn json_files(path: &str) -> Option<Vec<(String, Value)>> {
    let root = testdata(path)?;
    let mut folders = vec![root];
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("readable test data") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let text = std::fs::read_to_string(&path).expect("readable test data");
                let name = path.to_string_lossy().rsplit("testdata/").next().unwrap_or_default().to_owned();
                out.push((name, serde_json::from_str(&text).expect("test data is JSON")));
            }
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    Some(out)
}

/// Runs a test on a stack of 1 MB, like a wasm module's, and returns its result.
pub fn small_stack<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(test).expect("a thread");
    thread.join().expect("the test passes")
}

/// A schema of definitions `A0` … `An`, each made by `link` from a reference to the next.
pub fn chain(count: usize, link: impl Fn(Value) -> Value, last: Value) -> Value {
    let next = |n: usize| json!({"$ref": format!("#/$defs/A{}", n + 1)});
    let mut defs: Map<String, Value> = (0..count).map(|n| (format!("A{n}"), link(next(n)))).collect();
    defs.insert(format!("A{count}"), last);
    json!({"$ref": "#/$defs/A0", "$defs": defs})
}

/// The value that the incremental parser reads from a whole text.
pub fn parse(text: &str, leniency: Leniency) -> Option<serde_json::Value> {
    let mut parser = Parser::new(Options { leniency, ..Options::default() });
    let mut tree = Tree::new();
    parser.push(text, &mut tree).ok()?;
    parser.finish(&mut tree).ok()?;
    tree.into_complete()
}

/// A copy of the form for a tool's parameters: the tool has the name and the description, so the root has none.
pub fn render_tool(model: &ResponseModel, dialect: Dialect) -> Result<Rendered, Error> {
    Ok(render_shared(model, dialect, true)?.rendered())
}

pub fn base64(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    out
}

/// Cuts `bytes` at the given fractions of its length.
pub fn cut<'a>(bytes: &'a [u8], at: &[usize]) -> Vec<&'a [u8]> {
    let mut at: Vec<usize> = at.iter().map(|at| at % (bytes.len() + 1)).collect();
    at.sort_unstable();
    let mut pieces = Vec::new();
    let mut from = 0;
    for to in at.into_iter().chain([bytes.len()]) {
        pieces.push(&bytes[from..to]);
        from = to;
    }
    pieces
}
