//! The imports between the files of `src`: which file uses items that another file defines.

use super::source;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// An absolute module path, without `crate`.
type ModulePath = Vec<String>;

/// One file of the crate.
#[derive(Default)]
struct Module {
    file: String,
    /// The modules that it declares.
    children: BTreeSet<String>,
    /// The items that it defines.
    items: BTreeSet<String>,
    /// Names of its `use` declarations and the paths they name.
    imports: BTreeMap<String, ModulePath>,
    /// Paths that it imports with `*`.
    globs: Vec<ModulePath>,
    /// Every path in it, absolute.
    paths: BTreeSet<ModulePath>,
    /// The paths of its `pub use` declarations.
    exports: BTreeSet<ModulePath>,
}

/// A use of a file's items by another file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: String,
    pub to: String,
    pub item: String,
    /// It only hands on an item of the file's own submodule.
    pub reexport: bool,
}

pub struct Graph {
    modules: BTreeMap<ModulePath, Module>,
}

impl Graph {
    /// Reads the crate below `src`.
    pub fn read(src: &Path) -> Graph {
        let mut graph = Graph { modules: BTreeMap::new() };
        graph.add(src, Path::new("lib.rs"), Vec::new());
        graph
    }

    pub fn files(&self) -> BTreeSet<String> {
        self.modules.values().map(|module| module.file.clone()).collect()
    }

    fn add(&mut self, src: &Path, file: &Path, path: ModulePath) {
        let text = fs::read_to_string(src.join(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let code = source::code(&text);
        let mut module = Module { file: file.to_string_lossy().into_owned(), ..Module::default() };
        let words: Vec<&str> = tokens(&code);
        let mut depth = 0;
        for (at, pair) in words.windows(2).enumerate() {
            match pair {
                ["{", _] => depth += 1,
                ["}", _] => depth -= 1,
                ["mod", name] if words.get(at + 2) == Some(&";") => {
                    module.children.insert((*name).to_owned());
                }
                ["fn" | "struct" | "enum" | "trait" | "type" | "const" | "static", name] if depth == 0 => {
                    module.items.insert((*name).to_owned());
                }
                _ => {}
            }
        }
        let folder = match file.file_stem().and_then(|stem| stem.to_str()) {
            Some("lib" | "mod") => file.parent().unwrap_or(Path::new("")).to_owned(),
            _ => file.with_extension(""),
        };
        for child in &module.children {
            let flat = folder.join(format!("{child}.rs"));
            let nested = folder.join(child).join("mod.rs");
            let mut child_path = path.clone();
            child_path.push(child.clone());
            self.add(src, if src.join(&flat).exists() { &flat } else { &nested }, child_path);
        }
        read_paths(&code, &path, &mut module);
        self.modules.insert(path, module);
    }

    /// Every import of one file by another.
    pub fn imports(&self) -> BTreeSet<Import> {
        let mut found = BTreeSet::new();
        for (path, module) in &self.modules {
            let mut add = |target: &ModulePath, reexport: bool| {
                let Some((owner, item)) = self.resolve(target, 0) else { return };
                let to = &self.modules[&owner].file;
                if *to != module.file {
                    let reexport = reexport && owner.starts_with(path);
                    found.insert(Import { from: module.file.clone(), to: to.clone(), item, reexport });
                }
            };
            for used in &module.paths {
                add(used, module.exports.contains(used));
            }
        }
        found
    }

    /// The module that defines the item, and the item's name. `None` for a module, and for what is not this crate's.
    fn resolve(&self, path: &ModulePath, depth: usize) -> Option<(ModulePath, String)> {
        let mut at = Vec::new();
        for (index, name) in path.iter().enumerate() {
            let module = self.modules.get(&at)?;
            let rest = &path[index + 1..];
            if module.children.contains(name) && (!rest.is_empty() || !module.items.contains(name)) {
                at.push(name.clone());
                continue;
            }
            if module.items.contains(name) || depth > 8 {
                return Some((at, name.clone()));
            }
            if name == "*" {
                return Some((at, name.clone()));
            }
            if let Some(target) = module.imports.get(name) {
                let whole: ModulePath = target.iter().chain(rest).cloned().collect();
                return self.resolve(&whole, depth + 1);
            }
            return module.globs.iter().find_map(|glob| {
                let whole: ModulePath = glob.iter().chain([name]).chain(rest).cloned().collect();
                let (owner, item) = self.resolve(&whole, depth + 1)?;
                self.modules[&owner].items.contains(&item).then_some((owner, item))
            });
        }
        None
    }
}

/// Words and punctuation; `::` is one token.
fn tokens(code: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        out.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    out
}

fn read_paths(code: &str, here: &ModulePath, module: &mut Module) {
    let words = tokens(code);
    let mut inline = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if words[at] == "use" {
            let exported = at > 0 && (words[at - 1] == "pub" || words[at - 1] == ")");
            let end = at + words[at..].iter().position(|word| *word == ";").unwrap_or(0);
            read_use(&words[at + 1..end], &mut Vec::new(), &mut |path, name| {
                let Some(path) = absolute(path, here, module) else { return };
                if exported {
                    module.exports.insert(path.clone());
                }
                match name {
                    "*" => module.globs.push(path[..path.len() - 1].to_vec()),
                    name => {
                        module.imports.insert(name.to_owned(), path.clone());
                    }
                }
                module.paths.insert(path);
            });
            at = end;
        } else if words.get(at + 1) == Some(&"::") && (at == 0 || words[at - 1] != "::") {
            let mut path = vec![words[at]];
            while words.get(at + 1) == Some(&"::") {
                at += 2;
                path.extend(words.get(at).filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_')));
            }
            inline.push(path);
        }
        at += 1;
    }
    for path in inline {
        if let Some(path) = absolute(&path, here, module) {
            module.paths.insert(path);
        }
    }
}

/// Calls `found` with each path of a `use` tree and the name that it gets.
fn read_use<'a>(words: &[&'a str], prefix: &mut Vec<&'a str>, found: &mut dyn FnMut(&[&'a str], &'a str)) {
    let before = prefix.len();
    let mut at = 0;
    while at < words.len() {
        match words[at] {
            "{" => {
                let mut depth = 0;
                let mut start = at + 1;
                for (index, word) in words.iter().enumerate().skip(at) {
                    match *word {
                        "{" => depth += 1,
                        "}" if depth == 1 => {
                            read_use(&words[start..index], prefix, found);
                            break;
                        }
                        "}" => depth -= 1,
                        "," if depth == 1 => {
                            read_use(&words[start..index], prefix, found);
                            start = index + 1;
                        }
                        _ => {}
                    }
                }
                prefix.truncate(before);
                return;
            }
            "::" => {}
            "as" => {
                let name = words.get(at + 1).copied().unwrap_or("_");
                found(prefix, name);
                prefix.truncate(before);
                return;
            }
            "self" if !prefix.is_empty() => {}
            word => prefix.push(word),
        }
        at += 1;
    }
    if let Some(name) = prefix.last().copied().filter(|_| !words.is_empty()) {
        found(prefix, name);
    }
    prefix.truncate(before);
}

/// The path from the crate's root; `None` for other crates.
fn absolute(path: &[&str], here: &ModulePath, module: &Module) -> Option<ModulePath> {
    let rest = |from: usize| path[from..].iter().map(|part| (*part).to_owned());
    match *path.first()? {
        "crate" => Some(rest(1).collect()),
        "self" => Some(here.iter().cloned().chain(rest(1)).collect()),
        "super" => {
            let up = path.iter().take_while(|part| **part == "super").count();
            Some(here.iter().take(here.len().checked_sub(up)?).cloned().chain(rest(up)).collect())
        }
        child if module.children.contains(child) => Some(here.iter().cloned().chain(rest(0)).collect()),
        name => module.imports.get(name).map(|target| target.iter().cloned().chain(rest(1)).collect()),
    }
}
