//! The targets of references: parts of the schema with an identity (`$id`, `id`) or an anchor, by their URI.
//!
//! Only schemas are searched: an `$id` in an `enum` or below an unknown keyword is data.

use crate::pointer::escaped;
use crate::schema::keywords::{MANY, MAX_DEPTH, NAMED, ONE};
use serde_json::{Map, Value};

#[derive(Default)]
pub(super) struct Ids {
    /// (URI without fragment, pointer), outer ones first. The first is the root.
    resources: Vec<(String, String)>,
    anchors: Vec<Anchor>,
}

struct Anchor {
    base: String,
    name: String,
    pointer: String,
    dynamic: bool,
}

impl Ids {
    pub fn of(root: &Value) -> Ids {
        let mut ids = Ids::default();
        if id(root).is_none() {
            ids.resources.push(Default::default());
        }
        ids.walk(root, &mut String::new(), "", 0);
        ids
    }

    fn walk(&mut self, schema: &Value, at: &mut String, base: &str, depth: usize) {
        let (Value::Object(map), true) = (schema, depth <= MAX_DEPTH) else { return };
        let base = self.note(schema, map, at, base);
        let own = at.len();
        for (key, inner) in map {
            at.push('/');
            at.push_str(&escaped(key));
            match inner {
                Value::Object(named)
                    if NAMED.contains(&key.as_str()) || matches!(key.as_str(), "definitions" | "dependencies") =>
                {
                    for (name, one) in named {
                        self.under(&escaped(name), one, at, &base, depth);
                    }
                }
                Value::Array(list) if MANY.contains(&key.as_str()) || key == "items" => {
                    for (i, one) in list.iter().enumerate() {
                        self.under(&i.to_string(), one, at, &base, depth);
                    }
                }
                one if ONE.contains(&key.as_str()) => self.walk(one, at, &base, depth + 1),
                _ => {}
            }
            at.truncate(own);
        }
    }

    fn under(&mut self, token: &str, schema: &Value, at: &mut String, base: &str, depth: usize) {
        let length = at.len();
        at.push('/');
        at.push_str(token);
        self.walk(schema, at, base, depth + 1);
        at.truncate(length);
    }

    /// Records the identity and the anchors of one schema. Returns the base URI for its content.
    fn note(&mut self, schema: &Value, map: &Map<String, Value>, at: &str, base: &str) -> String {
        let mut base = base.to_owned();
        let mut anchor = |base: &str, name: &str, dynamic| {
            let (base, name, pointer) = (base.to_owned(), name.to_owned(), at.to_owned());
            self.anchors.push(Anchor { base, name, pointer, dynamic });
        };
        let mut resource = None;
        if let Some(id) = id(schema) {
            match id.split_once('#') {
                // Before 2019-09, an id with only a fragment is an anchor.
                Some(("", name)) if !name.is_empty() => anchor(&base, name, false),
                _ => {
                    base = join(&base, id).0;
                    resource = Some(base.clone());
                }
            }
        }
        for (key, dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
            if let Some(Value::String(name)) = map.get(key) {
                anchor(&base, name, dynamic);
            }
        }
        if map.get("$recursiveAnchor") == Some(&Value::Bool(true)) {
            anchor(&base, "", true);
        }
        if let Some(uri) = resource {
            self.resources.push((uri, at.to_owned()));
        }
        base
    }

    /// The pointer to the target of a reference at `at`, which may not exist. `dynamic`: the reference is a `$dynamicRef` or
    /// `$recursiveRef`, so an anchor of the root has priority.
    pub fn find(&self, reference: &str, at: &str, dynamic: bool) -> Option<String> {
        let inside =
            |pointer: &str| at.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let base = self.resources.iter().rev().find(|(_, pointer)| inside(pointer)).map_or("", |(uri, _)| uri);
        let (uri, fragment) = join(base, reference);
        let anchor = |uri: Option<&str>, name: &str| {
            self.anchors.iter().find(|one| one.name == name && uri.is_none_or(|uri| one.base == uri))
        };
        if dynamic && !fragment.starts_with('/') {
            let bookend = anchor(Some(&uri), &fragment).is_some_and(|one| one.dynamic);
            let outermost = self.resources.first().and_then(|(root, _)| anchor(Some(root), &fragment));
            if let Some(outermost) = outermost.filter(|one| bookend && one.dynamic) {
                return Some(outermost.pointer.clone());
            }
        }
        let resource = self.resources.iter().find(|(known, _)| *known == uri).map(|(_, pointer)| pointer);
        if fragment.is_empty() {
            return resource.cloned();
        }
        match fragment.strip_prefix('/') {
            Some(_) => Some([resource?.as_str(), &decoded(&fragment)].concat()),
            None => anchor(Some(&uri), &fragment).or_else(|| anchor(None, &fragment)).map(|one| one.pointer.clone()),
        }
    }
}

fn id(schema: &Value) -> Option<&str> {
    let map: &Map<String, Value> = schema.as_object()?;
    // Older drafts ignore the siblings of a reference.
    if map.contains_key("$ref") && !map.contains_key("$id") {
        return None;
    }
    map.get("$id").or_else(|| map.get("id")).and_then(Value::as_str)
}

/// Resolves `reference` against `base`: the URI without its fragment, and the fragment.
fn join(base: &str, reference: &str) -> (String, String) {
    let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let scheme = path.find(':').filter(|at| !path.get(..*at).unwrap_or_default().contains(['/', '?']));
    let uri = if path.is_empty() {
        base.to_owned()
    } else if scheme.is_some() {
        path.to_owned()
    } else {
        // scheme://host, then the path.
        let start = base.find("://").map_or(0, |at| at + 3);
        let host = base.get(start..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| start + at);
        let (host, folder) = base.split_at_checked(if start == 0 { 0 } else { host }).unwrap_or_default();
        let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        let whole = if path.starts_with('/') { path.to_owned() } else { [folder, "/", path].concat() };
        let mut parts: Vec<&str> = Vec::new();
        for part in whole.split('/') {
            match part {
                "." => {}
                ".." if parts.len() > 1 => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        [host, &parts.join("/")].concat()
    };
    (uri, fragment.to_owned())
}

/// Decodes percent encoding.
fn decoded(text: &str) -> String {
    let hex = |at: Option<&u8>| at.and_then(|byte| (*byte as char).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(byte) = bytes.get(i) {
        match (byte, hex(bytes.get(i + 1)), hex(bytes.get(i + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
            }
            _ => {
                out.push(*byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_relative_address_is_seen_from_the_one_around_it() {
        for (base, reference, uri) in [
            ("http://a.b/c/d.json", "e.json", "http://a.b/c/e.json"),
            ("http://a.b/c/d.json", "../e", "http://a.b/e"),
            ("http://a.b/c/d.json", "/e", "http://a.b/e"),
            ("http://a.b", "e", "http://a.b/e"),
            ("http://a.b/c", "urn:x", "urn:x"),
            ("", "e.json", "/e.json"),
            ("/e.json", "f.json", "/f.json"),
            ("http://a.b/c", "", "http://a.b/c"),
        ] {
            assert_eq!(join(base, reference).0, uri, "{reference} from {base}");
        }
    }

    #[test]
    fn an_id_that_is_data_names_nothing() {
        let root = json!({
            "$defs": {
                "data": { "enum": [{ "$id": "http://a/b", "type": "null" }], "x": { "$anchor": "c" } },
                "own": { "$id": "http://a/b", "$anchor": "c" },
            },
        });
        let ids = Ids::of(&root);
        assert_eq!(ids.find("http://a/b", "", false).as_deref(), Some("/$defs/own"));
        assert_eq!(ids.find("#c", "/$defs/own", false).as_deref(), Some("/$defs/own"));
        assert_eq!(ids.find("http://a/c", "", false), None);
    }

    #[test]
    fn percent_signs_are_read_once() {
        assert_eq!(decoded("/a%25b/%7e1"), "/a%b/~1");
        assert_eq!(decoded("/100%/%zz"), "/100%/%zz");
    }
}
