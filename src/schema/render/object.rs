//! Objects: properties, optional properties, and additional keys.

use super::{Fragment, Level, Renderer};
use crate::error::Error;
use crate::json::pointer::escaped;
use crate::obj;
use crate::schema::describe;
use crate::schema::dialect::rules::Null;
use crate::schema::plan::{Entries, Field, Node, NodeId, ObjectNode};
use crate::schema::put::Put;
use crate::schema::refs::set;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Keywords under which adding a default could make a valid object invalid.
const DELICATE: &[&str] = &["not", "if", "dependentRequired", "dependentSchemas", "maxProperties", "propertyNames"];

impl Renderer<'_> {
    pub(super) fn object(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Fragment, Error> {
        if self.too_deep(depth + 1) {
            return Ok(self.text(map, "nested too deep for this API"));
        }
        let additional_properties = additional_key_schema(map);
        let levels = if additional_properties.is_some() && !self.rules.maps { 3 } else { 1 };
        if self.too_deep(depth + levels) {
            return Ok(self.text(map, "nested too deep for this API"));
        }
        let mut schema = self.head(map);
        let mut node = ObjectNode::default();
        let mut spilled: Vec<(String, Value)> = Vec::new();
        let mut properties = Map::new();
        let mut required: Vec<Value> = Vec::new();
        let must: Vec<&str> = names(map.get("required"));
        let needs = set(must.iter().copied());
        let defaults = !DELICATE.iter().any(|key| map.contains_key(*key));
        for (name, original) in self.all_properties(map, &must)? {
            let needed = needs.contains_key(&name);
            let limits = &self.rules.limits;
            let full = limits.optional > 0 && self.optional >= limits.optional;
            if !needed && full && self.unions_full() && !self.too_deep(depth + 3) {
                spilled.push((name, original.into_owned()));
                continue;
            }
            let always_rendered = self.rules.all_required || full;
            // Counted before the properties below, so that they cannot exceed the limit.
            self.optional += usize::from(!needed && !always_rendered);
            self.unions += usize::from(!needed && full);
            let out = self.child(&["properties", &name], &original, depth + 1)?;
            self.unions -= usize::from(!needed && full);
            let Some(mut out) = out else {
                self.optional -= usize::from(!needed && !always_rendered);
                if needed {
                    return Ok(self.text(map, "no value satisfies one of its properties"));
                }
                continue;
            };
            let null_is_absent = !needed && always_rendered && !self.accepts_null(&original, &out);
            if null_is_absent {
                self.add_null(&mut out.schema);
            }
            if !needed && always_rendered {
                let pointer = [self.path.as_str(), "/properties/", &escaped(&name)].concat();
                let what = if null_is_absent {
                    "optional becomes required, with null for absent"
                } else {
                    "optional becomes required"
                };
                self.note_at(pointer, Level::Rewritten, what.to_owned());
            }
            let rendered_name = self.unique_rendered_name(map, &name, &properties, &mut out.schema);
            if needed || always_rendered {
                required.push(rendered_name.clone().into());
            }
            let default = original.get("default").filter(|_| !needed && defaults);
            let default = default.filter(|default| self.surely_matches(&original, default)).cloned();
            properties.insert(rendered_name.clone(), Value::Object(out.schema));
            node.fields.push(Field {
                name,
                rendered_name,
                node: out.node,
                null_is_absent,
                always_rendered: !needed && always_rendered,
                default,
                tag: None,
            });
        }
        if self.rules.one_required && required.is_empty() {
            self.require_first(&mut properties, &mut required, &mut node);
        }
        self.additional_properties(
            map,
            additional_properties,
            spilled,
            depth,
            &mut schema,
            &mut properties,
            &mut required,
            &mut node,
        )
    }

    /// The declared properties in order; then those declared only in `then`, `else` and `dependentSchemas`, as optional ones,
    /// because a closed object would exclude them; then required ones without a schema.
    fn all_properties<'m>(
        &mut self,
        map: &'m Map<String, Value>,
        must: &[&str],
    ) -> Result<Vec<(String, Cow<'m, Value>)>, Error> {
        let mut all: Vec<(String, Cow<Value>)> = Vec::new();
        if let Some(Value::Object(properties)) = map.get("properties") {
            all.extend(properties.iter().map(|(name, one)| (name.clone(), Cow::Borrowed(one))));
        }
        let named = all.len();
        // Position of each name in `all`.
        let mut places: Map<String, Value> =
            all.iter().enumerate().map(|(i, (name, _))| (name.clone(), i.into())).collect();
        let mut parts: Vec<Value> = ["then", "else"].iter().filter_map(|key| map.get(*key).cloned()).collect();
        if let Some(Value::Object(dependent)) = map.get("dependentSchemas") {
            parts.extend(dependent.values().cloned());
        }
        while let Some(part) = parts.pop() {
            let Value::Object(part) = part else { continue };
            let part = self.flatten(&part, 0)?;
            // The keys of a definition that is already unrolled often enough are not repeated.
            self.unroll_limit_reached = false;
            let Some(part) = part else { continue };
            for key in ["anyOf", "oneOf"] {
                if let Some(Value::Array(list)) = part.get(key).filter(|_| parts.len() < 64) {
                    parts.extend(list.iter().cloned());
                }
            }
            let Some(Value::Object(properties)) = part.get("properties") else { continue };
            for (name, one) in properties {
                match places.get(name).and_then(Value::as_u64).map(|at| at as usize) {
                    None => {
                        places.put(name, all.len().into());
                        all.push((name.clone(), Cow::Owned(one.clone())));
                    }
                    Some(i) if i >= named => {
                        if let Some((_, known)) = all.get_mut(i)
                            && **known != *one
                        {
                            *known = Cow::Owned(json!({ "anyOf": [known, one] }));
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        if !map.contains_key("patternProperties") {
            let any = map.get("additionalProperties").cloned().unwrap_or(Value::Bool(true));
            for name in must {
                if !places.contains_key(*name) {
                    places.put(name, Value::Null);
                    all.push(((*name).to_owned(), Cow::Owned(any.clone())));
                }
            }
        }
        Ok(all)
    }

    /// The name of a property in the rendered form: its own, or a similar one that the API accepts.
    fn unique_rendered_name(
        &mut self,
        map: &Map<String, Value>,
        name: &str,
        rendered_name: &Map<String, Value>,
        schema: &mut Map<String, Value>,
    ) -> String {
        if self.rules.names.takes(name) {
            return name.to_owned();
        }
        let stem = self.rules.names.like(name);
        let own = map.get("properties");
        let mut other = stem.clone();
        let mut number = 1;
        while rendered_name.contains_key(&other) || own.is_some_and(|own| own.get(&other).is_some()) {
            number += 1;
            other = [stem.as_str(), "_", &number.to_string()].concat();
        }
        let pointer = [self.path.as_str(), "/properties/", &escaped(name)].concat();
        self.note_at(pointer, Level::Rewritten, ["the property is sent as `", &other, "`"].concat());
        let start: String = name.chars().take(200).collect();
        let text = ["This is `", &start, "`."].concat();
        // A reference must not have siblings, nor must alternatives in that dialect.
        let bare = schema.contains_key("$ref") && !self.rules.ref_siblings;
        match schema.get_mut("anyOf") {
            Some(Value::Array(branches)) if self.rules.null == Null::Flag => {
                if let Some(Value::Object(first)) = branches.first_mut() {
                    describe::describe(first, &text);
                }
            }
            _ if bare => {}
            _ => describe::describe(schema, &text),
        }
        other
    }

    /// Cohere: an object needs one required property, so the first becomes required and nullable.
    fn require_first(&mut self, properties: &mut Map<String, Value>, required: &mut Vec<Value>, node: &mut ObjectNode) {
        let Some(field) = node.fields.first_mut() else { return };
        let text = matches!(self.nodes.get(field.node as usize), Some(Node::Text));
        required.push(field.rendered_name.clone().into());
        field.null_is_absent = true;
        field.always_rendered = true;
        if let Some(Value::Object(schema)) = properties.get_mut(&field.rendered_name) {
            if !text && self.allows_null(schema) {
                field.null_is_absent = false;
            } else {
                self.add_null(schema);
            }
        }
    }

    /// Additional keys: `additionalProperties` if the dialect keeps it, else a list of `{key, value}`.
    #[allow(clippy::too_many_arguments)]
    fn additional_properties(
        &mut self,
        map: &Map<String, Value>,
        additional_properties: Option<Value>,
        spilled: Vec<(String, Value)>,
        depth: usize,
        schema: &mut Map<String, Value>,
        properties: &mut Map<String, Value>,
        required: &mut Vec<Value>,
        node: &mut ObjectNode,
    ) -> Result<Fragment, Error> {
        let has_additional = additional_properties.is_some();
        let mut additional = None;
        if self.rules.maps && spilled.is_empty() {
            if let Some(value) = additional_properties
                && let Some(out) = self.child(&["additionalProperties"], &value, depth + 1)?
            {
                node.rest = out.node;
                node.open = true;
                if let Some(patterns) = key_patterns(map) {
                    describe::describe(schema, &patterns);
                    self.note(Level::Described, "patternProperties is said in the description and validated by us");
                }
                additional = Some(if out.schema.is_empty() { Value::Bool(true) } else { Value::Object(out.schema) });
            }
        } else if has_additional || !spilled.is_empty() {
            let value = match additional_properties {
                Some(value) if spilled.is_empty() => self.child(&["additionalProperties"], &value, depth + 3)?,
                _ => Some(self.any_text()),
            };
            if let Some(value) = value {
                let record = properties.is_empty() && depth > 0;
                if spilled.is_empty() {
                    self.note(Level::Rewritten, "keys that are not named become a list of {key, value}");
                } else {
                    let what = format!(
                        "{} optional properties beyond the API's limit become {{key, value}} entries",
                        spilled.len()
                    );
                    self.note(Level::Rewritten, what);
                }
                let mut list = self.entries(map, value.schema, &spilled)?;
                if record {
                    self.constrain_in_words(&mut list, map, &["minProperties", "maxProperties", "dependentRequired"]);
                    if let (Some(own), Some(text)) = (
                        schema.get("description").and_then(Value::as_str),
                        list.get("description").and_then(Value::as_str),
                    ) {
                        let both = format!("{own} {text}");
                        list.put("description", both.into());
                    }
                    let node = self.add(Node::Record(value.node));
                    return Ok(Fragment { schema: list, node });
                }
                let mut name = "entries".to_owned();
                while properties.contains_key(&name) {
                    name.push('_');
                }
                properties.insert(name.clone(), Value::Object(list));
                required.push(name.clone().into());
                node.entries = Some(Entries { name, node: value.node });
            }
        }
        if !has_additional && !properties.is_empty() && !map.contains_key("additionalProperties") {
            self.note(Level::Rewritten, "closed: keys that the schema does not name cannot be given");
        }
        schema.put("type", "object".into());
        // Gemini refuses empty `properties` with `additionalProperties`.
        if !properties.is_empty() || (additional.is_none() && self.rules.empty_properties) {
            schema.put("properties", Value::Object(std::mem::take(properties)));
        }
        schema.put("required", Value::Array(std::mem::take(required)));
        if let Some(additional) = additional {
            schema.put("additionalProperties", additional);
        }
        self.finish_object(schema);
        self.constrain(schema, map, "object");
        self.describe_unsupported(schema, map);
        let node = self.add(Node::Object(Box::new(std::mem::take(node))));
        Ok(Fragment { schema: std::mem::take(schema), node })
    }

    fn any_text(&mut self) -> Fragment {
        let schema = Map::from_iter([
            ("type".to_owned(), Value::from("string")),
            ("description".to_owned(), Value::from("The value as JSON text.")),
        ]);
        let node: NodeId = self.add(Node::Text);
        Fragment { schema, node }
    }

    /// `[{key, value}]`
    fn entries(
        &mut self,
        map: &Map<String, Value>,
        value: Map<String, Value>,
        spilled: &[(String, Value)],
    ) -> Result<Map<String, Value>, Error> {
        let key = self.key(map)?;
        let mut list = Map::new();
        let mut text = "Entries of an object, each with its key and value.".to_owned();
        if let Some(patterns) = key_patterns(map) {
            text.push(' ');
            text.push_str(&patterns);
        }
        if !spilled.is_empty() {
            text.push_str(" Optional keys:");
            for (name, schema) in spilled {
                let schema = schema.to_string();
                let shown = if schema.len() > 160 { "…" } else { schema.as_str() };
                text.push_str(&format!(" `{name}` {shown};"));
            }
        }
        describe::describe(&mut list, &text);
        list.put("type", "array".into());
        let mut entry = Map::new();
        entry.put("type", "object".into());
        entry.put("properties", json!({ "key": key, "value": value }));
        entry.put("required", json!(["key", "value"]));
        self.finish_object(&mut entry);
        list.put("items", Value::Object(entry));
        Ok(list)
    }

    /// The key of an entry: a string with the constraints of `propertyNames`.
    fn key(&mut self, map: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let mut key = Map::from_iter([("type".to_owned(), Value::from("string"))]);
        let Some(Value::Object(names)) = map.get("propertyNames") else { return Ok(key) };
        let chain = self.chain.len();
        let names = self.flatten(names, 0)?;
        self.chain.truncate(chain);
        self.unroll_limit_reached = false;
        let Some(names) = names else { return Ok(key) };
        let allowed = match (names.get("const"), names.get("enum")) {
            (Some(one), _) => std::slice::from_ref(one),
            (_, Some(Value::Array(list))) => list.as_slice(),
            _ => &[],
        };
        let allowed: Vec<&Value> = allowed.iter().filter(|one| one.is_string()).collect();
        if !allowed.is_empty() {
            self.note(Level::Rewritten, "propertyNames becomes the enum of the entries' key");
            key.put("enum", json!(allowed));
        } else {
            self.note(Level::Rewritten, "propertyNames constrains the entries' key");
            self.constrain(&mut key, &names, "string");
        }
        Ok(key)
    }

    /// Adds the keywords that every object of this dialect has.
    pub(super) fn finish_object(&self, schema: &mut Map<String, Value>) {
        if self.rules.close && !schema.contains_key("additionalProperties") {
            schema.put("additionalProperties", false.into());
        }
        if self.rules.ordering
            && let Some(Value::Object(properties)) = schema.get("properties")
            && !properties.is_empty()
        {
            let order: Vec<Value> = properties.keys().map(|name| name.as_str().into()).collect();
            schema.put("propertyOrdering", Value::Array(order));
        }
        if schema.get("required") == Some(&json!([])) && !self.rules.all_required {
            schema.shift_remove("required");
        }
    }
}

/// A description of the patterns of `patternProperties`.
fn key_patterns(map: &Map<String, Value>) -> Option<String> {
    let patterns = map.get("patternProperties")?.as_object()?;
    let mut text = String::new();
    for pattern in patterns.keys() {
        text.push_str(if text.is_empty() { "Keys match `" } else { " or `" });
        text.push_str(pattern);
        text.push('`');
    }
    text.push('.');
    (!patterns.is_empty()).then_some(text)
}

/// The schema of additional keys' values; `None` if there are no additional keys.
fn additional_key_schema(map: &Map<String, Value>) -> Option<Value> {
    let mut schemas: Vec<Value> = Vec::new();
    if let Some(Value::Object(patterns)) = map.get("patternProperties") {
        schemas.extend(patterns.values().filter(|one| **one != Value::Bool(false)).cloned());
    }
    match map.get("additionalProperties") {
        Some(Value::Bool(false)) => {}
        Some(one) => schemas.push(one.clone()),
        None => {
            let named = map.get("properties").and_then(Value::as_object).is_some_and(|named| !named.is_empty());
            let parts = ["then", "else", "dependentSchemas"].iter().any(|key| map.contains_key(*key));
            if !named && !parts && schemas.is_empty() && names(map.get("required")).is_empty() {
                schemas.push(Value::Bool(true));
            }
        }
    }
    if schemas.contains(&Value::Bool(true)) {
        return Some(Value::Bool(true));
    }
    match schemas.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(obj! { "anyOf": schemas }),
    }
}

fn names(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}
