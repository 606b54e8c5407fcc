//! What a provider or a model accepts is data in the registry. No other source file compares with one of their names.

use instructor_wasm::machinery::provider::registry::{Key, ROWS};
use std::path::Path;

/// Families of models, as the names of models contain them.
const FAMILIES: &[&str] = &[
    "claude", "command", "gemini", "gemma", "glm", "gpt", "grok", "kimi", "llama", "nova", "o1", "o3", "qwen", "sonar",
];

/// These may name providers: the registry itself, the readers of vendors' SDK objects, and the mock servers for tests.
// `name.ts` is the browser entry's copy of the rules of the registry's `name.rs`, which a differential test compares.
const EXEMPT: &[&str] =
    &["src/provider/registry", "src/ts/registry/name.ts", "src/ts/providers/sdk-clients.ts", "src/ts/test"];

/// The code before or after a literal that a value is compared with.
const BEFORE: &[&str] = &[
    "==",
    "!=",
    "contains(",
    "starts_with(",
    "ends_with(",
    "strip_prefix(",
    "strip_suffix(",
    "has(&[",
    "startsWith(",
    "endsWith(",
    "includes(",
    "case",
];
const AFTER: &[&str] = &["==", "!=", "=>"];

/// Kinds of credentials, not of providers.
const ALLOWED: &[&str] = &["parsed.kind === 'google'"];

#[test]
fn no_source_outside_the_registry_compares_with_the_name_of_a_provider_or_a_model() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    let mut found = Vec::new();
    for path in &files {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        if EXEMPT.iter().any(|exempt| name.starts_with(exempt)) {
            continue;
        }
        let source = std::fs::read_to_string(path).unwrap();
        // Unit tests are at the end of a file.
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let allowed = |line: &str| ALLOWED.iter().any(|allowed| line.contains(allowed));
        for (number, line) in code.lines().enumerate().filter(|(_, line)| compares(line) && !allowed(line)) {
            found.push(format!("{name}:{}: {}", number + 1, line.trim()));
        }
    }
    assert!(files.len() > 200, "only {} files are read", files.len());
    assert!(found.is_empty(), "comparisons that belong to the registry's rows and rules:\n{}", found.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "ts") {
            files.push(path);
        }
    }
}

/// Whether a line of code compares something with the name of a provider, or of a family of models.
fn compares(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
        return false;
    }
    let is_name = |text: &str| {
        let text = text.strip_suffix(['/', '.', '-', '_']).unwrap_or(text);
        FAMILIES.contains(&text) || ROWS.iter().any(|row| row.id == text)
    };
    ['"', '\''].into_iter().any(|quote| {
        // Every second piece is in quotes.
        let pieces: Vec<&str> = line.split(quote).collect();
        pieces.windows(3).step_by(2).any(|window| {
            let [before, text, after] = window else { return false };
            let (before, after) = (before.trim_end(), after.trim());
            // `"a" | "b" =>` is a pattern of Rust; types of TypeScript have single quotes.
            let is_pattern = quote == '"' && after == "|";
            let compared = is_pattern
                || BEFORE.iter().any(|end| before.ends_with(end))
                || AFTER.iter().any(|start| after.starts_with(start));
            compared && is_name(text)
        })
    })
}

#[test]
fn comparisons_are_distinguished_from_other_uses_of_a_name() {
    for line in [
        r#"if row.id == "databricks" {"#,
        r#"if model.contains("claude") {"#,
        r#"    "google" | "generative-ai" if vertex => {"#,
        r#"_ if Name::of(model).has(&["claude"]) => x,"#,
        "const signs = model.startsWith('bedrock/')",
        "if (provider !== 'chrome') return",
    ] {
        assert!(compares(line), "{line}");
    }
    for line in [
        r#"// like "openai" == "openai""#,
        r#"let publisher = "google";"#,
        r#"base.ends_with("/openai/v1")"#,
        r#"name: "cohere","#,
        "return ['bedrock', options]",
    ] {
        assert!(!compares(line), "{line}");
    }
}

/// TypeScript decides by this list whether a function gives keys or a token, before the core is loaded.
#[test]
fn the_providers_that_sign_in_typescript_are_those_of_the_registry() {
    let source = include_str!("../../src/ts/client/credentials.ts");
    let list = source.split_once("SIGNING_PROVIDERS: readonly string[] = [").unwrap().1.split_once(']').unwrap().0;
    let listed: Vec<&str> = list.split(',').map(|name| name.trim().trim_matches('\'')).collect();
    let signing: Vec<&str> = ROWS.iter().filter(|row| row.key == Key::Aws).map(|row| row.id).collect();
    assert_eq!(listed, signing);
}
