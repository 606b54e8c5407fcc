//! Arrays and tuples.

use super::{Fragment, Level, Renderer};
use crate::error::Error;
use crate::obj;
use crate::schema::describe;
use crate::schema::plan::{KEEP, Node, item_name};
use crate::schema::put::Put;
use serde_json::{Map, Value};

impl Renderer<'_> {
    pub(super) fn array(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Fragment, Error> {
        if self.too_deep(depth + 1) {
            return Ok(self.text(map, "nested too deep for this API"));
        }
        if let Some(Value::Array(first)) = map.get("prefixItems")
            && !first.is_empty()
        {
            return self.tuple(map, first, depth);
        }
        let items = match map.get("items") {
            Some(items) => self.child(&["items"], items, depth + 1)?,
            None => Some(self.any(&Map::new())),
        };
        let mut schema = self.head(map);
        schema.put("type", "array".into());
        let Some(items) = items else {
            // No value satisfies the schema of the items.
            let nothing = self.any(&Map::new());
            schema.put("items", Value::Object(nothing.schema));
            describe::describe(&mut schema, "Always empty.");
            return Ok(Fragment { schema, node: KEEP });
        };
        schema.put("items", Value::Object(items.schema));
        self.constrain(&mut schema, map, "array");
        self.describe_unsupported(&mut schema, map);
        let node = self.add(Node::Array(items.node));
        Ok(Fragment { schema, node })
    }

    #[inline(never)]
    fn tuple(&mut self, map: &Map<String, Value>, first: &[Value], depth: usize) -> Result<Fragment, Error> {
        let least = map.get("minItems").and_then(Value::as_u64).unwrap_or(0) as usize;
        // Without `items`, more items are allowed, but that is rarely intended.
        let rest = map.get("items").filter(|rest| **rest != Value::Bool(false));
        let mut schema = self.head(map);
        if self.rules.tuples {
            let mut prefix = Vec::new();
            let mut nodes = Vec::new();
            for (i, item) in first.iter().enumerate() {
                let Some(out) = self.child(&["prefixItems", &i.to_string()], item, depth + 1)? else { break };
                prefix.push(Value::Object(out.schema));
                nodes.push(out.node);
            }
            schema.put("type", "array".into());
            schema.put("prefixItems", Value::Array(prefix));
            let mut rest_node = KEEP;
            if let Some(rest) = rest
                && let Some(out) = self.child(&["items"], rest, depth + 1)?
            {
                rest_node = out.node;
                schema.put("items", Value::Object(out.schema));
            }
            self.constrain(&mut schema, map, "array");
            if rest.is_none() && !schema.contains_key("maxItems") && self.rules.kept.contains(&"maxItems") {
                schema.put("maxItems", first.len().into());
            }
            self.describe_unsupported(&mut schema, map);
            let node = self.add(Node::Prefix(nodes, rest_node));
            return Ok(Fragment { schema, node });
        }
        self.note(Level::Rewritten, "a tuple becomes an object with item_1, item_2, …");
        let mut properties = Map::new();
        let mut required: Vec<Value> = Vec::new();
        let mut nodes = Vec::new();
        for (i, item) in first.iter().enumerate() {
            let Some(mut out) = self.child(&["prefixItems", &i.to_string()], item, depth + 1)? else { break };
            let null_is_absent = i >= least && !self.accepts_null(item, &out);
            if null_is_absent {
                self.add_null(&mut out.schema);
            }
            nodes.push((out.node, null_is_absent));
            required.push(item_name(i).into());
            properties.insert(item_name(i), Value::Object(out.schema));
        }
        let rest = match rest {
            Some(rest) if !self.too_deep(depth + 2) => self.child(&["items"], rest, depth + 2)?,
            _ => None,
        };
        let rest_given = rest.is_some();
        let rest = rest.map(|out| {
            properties.put("rest", obj! { "type": "array", "items": out.schema });
            required.push("rest".into());
            out.node
        });
        schema.put("type", "object".into());
        schema.put("properties", Value::Object(properties));
        schema.put("required", Value::Array(required));
        self.finish_object(&mut schema);
        // `minItems` makes items required; a closed tuple has at most the listed items.
        self.constrain_in_words(&mut schema, map, &["uniqueItems", "contains"]);
        if rest_given {
            self.constrain_in_words(&mut schema, map, &["minItems", "maxItems"]);
        }
        self.describe_unsupported(&mut schema, map);
        let node = self.add(Node::Tuple(nodes, rest));
        Ok(Fragment { schema, node })
    }

    /// Whether the depth exceeds the API's limit.
    pub(super) fn too_deep(&self, level: usize) -> bool {
        let limit = self.rules.limits.depth;
        limit > 0 && level > limit
    }
}
