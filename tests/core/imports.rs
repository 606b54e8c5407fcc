//! The imports between the files of `src`: no module imports a higher one, and no files import each other in a circle.
//!
//! ARCHITECTURE.md has the order of the modules.

mod graph;
mod source;

use graph::{Graph, Import};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn graph() -> Graph {
    Graph::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// The modules, each with its layer from 0: the line `src:` of the code block `layers` in ARCHITECTURE.md.
fn layers() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once("```layers\nsrc: ").expect("ARCHITECTURE.md has the layers of the modules");
    let (list, _) = rest.split_once('\n').unwrap();
    let mut layers = BTreeMap::new();
    for (layer, names) in list.split(" < ").enumerate() {
        for name in names.split(", ") {
            assert!(layers.insert(name.to_owned(), layer).is_none(), "{name} is listed twice");
        }
    }
    layers
}

/// The top-level module of a file.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

#[test]
fn every_module_has_a_place_in_the_order() {
    let files = graph().files();
    let found: BTreeSet<&str> = files.iter().map(|file| module(file)).filter(|name| *name != "lib").collect();
    let layers = layers();
    let listed: BTreeSet<&str> = layers.keys().map(String::as_str).collect();
    assert_eq!(found, listed);
}

#[test]
fn no_module_imports_from_the_same_or_a_higher_layer() {
    let layers = layers();
    let mut wrong = Vec::new();
    for Import { from, to, item, .. } in graph().imports() {
        let (Some(lower), Some(upper)) = (layers.get(module(&to)), layers.get(module(&from))) else { continue };
        if module(&from) != module(&to) && lower >= upper {
            wrong.push(format!("{from} imports {item} of {to}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut imports: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for import in graph().imports().into_iter().filter(|import| !import.reexport) {
        imports.entry(import.from).or_default().entry(import.to).or_default().insert(import.item);
    }
    let circles = circles(&imports);
    let mut text = String::new();
    for circle in &circles {
        text.push_str("\ncircle\n");
        for from in circle {
            for (to, items) in imports[from].iter().filter(|(to, _)| circle.contains(*to)) {
                text.push_str(&format!("  {from} imports {items:?} of {to}\n"));
            }
        }
    }
    assert!(circles.is_empty(), "{} circles{text}", circles.len());
}

/// Sets of files of which each reaches every other.
fn circles(imports: &BTreeMap<String, BTreeMap<String, BTreeSet<String>>>) -> Vec<BTreeSet<String>> {
    let reach: BTreeMap<&String, BTreeSet<&String>> = imports
        .keys()
        .map(|start| {
            let mut seen = BTreeSet::new();
            let mut next = vec![start];
            while let Some(file) = next.pop() {
                next.extend(imports.get(file).into_iter().flat_map(|to| to.keys()).filter(|to| seen.insert(*to)));
            }
            (start, seen)
        })
        .collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (file, reached) in &reach {
        if reached.contains(file) && !found.iter().any(|circle| circle.contains(*file)) {
            let circle = reached.iter().filter(|other| reach.get(*other).is_some_and(|back| back.contains(file)));
            found.push(circle.map(|other| (*other).clone()).collect());
        }
    }
    found
}

#[test]
fn comments_literals_and_unit_tests_are_not_code() {
    let source = "use a::b; // use c::d;\nconst X: &str = \"use e::f;\";\nconst Y: &str = r#\"use g::h;\"#;\n\
                  fn z<'q>(_: &'q str) -> char { '\\'' }\n#[cfg(test)]\nmod tests {\n    use i::j;\n}\nuse k::l;\n";
    let code = source::code(source);
    for (path, is_code) in
        [("a::b", true), ("c::d", false), ("e::f", false), ("g::h", false), ("i::j", false), ("k::l", true)]
    {
        assert_eq!(code.contains(path), is_code, "{path} in {code}");
    }
}
