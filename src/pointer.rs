//! JSON Pointers, and the `$ref`s in a schema that hold them.

use serde_json::Value;
use std::borrow::Cow;

/// A longer chain of references is a circle.
const MAX_REFS: usize = 32;

/// A key as a token of a JSON Pointer.
pub fn escaped(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// The key that a token of a JSON Pointer names.
pub fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The schema that the references of `schema` (`#`, `#/…`) lead to: `schema` itself where it has none, `None` where they
/// lead nowhere.
pub fn resolve<'a>(root: &'a Value, mut schema: &'a Value) -> Option<&'a Value> {
    for _ in 0..MAX_REFS {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return Some(schema) };
        schema = root.pointer(reference.strip_prefix('#')?)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_are_escaped_and_back() {
        for (key, token) in [("a", "a"), ("a/b", "a~1b"), ("~1", "~01")] {
            assert_eq!(escaped(key), token);
            assert_eq!(unescaped(token), key);
        }
    }

    #[test]
    fn references_lead_to_a_schema_or_nowhere() {
        let root = json!({"$defs": {
            "a/b": {"type": "string"}, "c": {"$ref": "#/$defs/a~1b"}, "d": {"$ref": "#/$defs/d"}, "e": {"$ref": "#/$defs/f"},
            "g": {"$ref": "other.json"}, "h": {"$ref": "#"},
        }});
        let to = |name: &str| resolve(&root, &root["$defs"][name]);
        assert_eq!(to("c"), Some(&root["$defs"]["a/b"]));
        assert_eq!(to("h"), Some(&root));
        assert_eq!((to("d"), to("e"), to("g")), (None, None, None));
    }
}
