//! The JSON-Schema-Test-Suite, required part, natively. The same files run through the wasm build in a browser:
//! tests/browser/suite.mjs.

use crate::support::testdata;
use instructor_wasm::machinery::validate::{Options, Validator};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The documents that the suite expects at http://localhost:1234/ for one draft: the documents of the other drafts
/// differ.
fn remotes(suite: &Path, draft: &str) -> Vec<(String, Value)> {
    let root = suite.join("remotes");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let name = path.file_name().unwrap().to_string_lossy();
                if !(name.starts_with("draft") || name == "v1") || name == draft {
                    folders.push(path);
                }
            } else {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                found.push((format!("http://localhost:1234/{name}"), json(&path)));
            }
        }
    }
    found
}

/// Runs the required tests of a draft: the number that passed, and the ones that failed.
fn run(suite: &Path, folder: &str, draft: &str) -> (usize, Vec<String>) {
    let resources = remotes(suite, folder);
    let options = Options { draft: Some(draft), formats: false, resources: &resources };
    // A schema uses the draft in its `$schema`, else the folder's.
    let declared = Options { draft: None, formats: false, resources: &resources };
    let (mut passed, mut failed) = (0, Vec::new());
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(suite.join(folder)).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect();
    files.sort();
    for file in files {
        for group in json(&file).as_array().unwrap() {
            let schema = &group["schema"];
            let validator =
                Validator::with_options(schema, if schema.get("$schema").is_some() { &declared } else { &options });
            for test in group["tests"].as_array().unwrap() {
                let name = format!(
                    "{}: {}: {}",
                    file.file_name().unwrap().to_string_lossy(),
                    group["description"],
                    test["description"]
                );
                match &validator {
                    Err(error) => failed.push(format!("{name}: {error}")),
                    Ok(validator) => {
                        let issues = validator.validate(&test["data"]);
                        if issues.is_empty() == test["valid"].as_bool().unwrap() {
                            passed += 1;
                        } else {
                            failed.push(format!("{name}: {issues:?}"));
                        }
                        for issue in issues {
                            assert!(!issue.message.is_empty(), "{name}: a problem without words");
                        }
                    }
                }
            }
        }
    }
    println!("json-schema-test-suite {folder}: required {passed} pass {} fail", failed.len());
    (passed, failed)
}

#[test]
fn the_required_part_of_draft_2020_12_passes() {
    let Some(suite) = testdata("json-schema-test-suite") else { return };
    let (passed, failed) = run(&suite, "draft2020-12", "2020-12");
    assert!(passed > 100 && failed.is_empty(), "{}", failed[..20.min(failed.len())].join("\n"));
}

#[test]
fn the_required_part_of_draft_7_passes() {
    let Some(suite) = testdata("json-schema-test-suite") else { return };
    let (passed, failed) = run(&suite, "draft7", "7");
    assert!(passed > 100 && failed.is_empty(), "{}", failed[..20.min(failed.len())].join("\n"));
}
