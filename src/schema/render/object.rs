//! Objects: properties, optional properties, and additional keys.

use super::{Fragment, Level, Renderer};
use crate::error::Error;
use crate::obj;
use crate::pointer::escaped;
use crate::schema::describe;
use crate::schema::dialect::rules::Null;
use crate::schema::plan::{Field, Node, ObjectNode};
use crate::schema::put::Put;
use crate::schema::refs::set;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Keywords under which adding a default could make a valid object invalid.
const DELICATE: &[&str] = &["not", "if", "dependentRequired", "dependentSchemas", "maxProperties", "propertyNames"];

/// An object's schema while it is put together.
pub(super) struct Draft<'m> {
    /// The schema that is rendered.
    pub map: &'m Map<String, Value>,
    pub depth: usize,
    pub schema: Map<String, Value>,
    pub properties: Map<String, Value>,
    pub required: Vec<Value>,
    pub node: ObjectNode,
}

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
        let mut draft = Draft {
            map,
            depth,
            schema: self.head(map),
            properties: Map::new(),
            required: Vec::new(),
            node: ObjectNode::default(),
        };
        let mut spilled: Vec<(String, Value)> = Vec::new();
        let must: Vec<&str> = names(map.get("required"));
        let needs = set(must.iter().copied());
        for (name, original) in self.all_properties(map, &must)? {
            let needed = needs.contains_key(&name);
            if !needed && self.optional_full() && self.unions_full() && !self.too_deep(depth + 3) {
                spilled.push((name, original.into_owned()));
            } else if !self.property(&mut draft, name, &original, needed)? {
                return Ok(self.text(map, "no value satisfies one of its properties"));
            }
        }
        if self.rules.one_required && draft.required.is_empty() {
            self.require_first(&mut draft);
        }
        let has_additional = additional_properties.is_some();
        let mut additional = None;
        if self.rules.maps && spilled.is_empty() {
            additional = self.additional(&mut draft, additional_properties)?;
        } else if (has_additional || !spilled.is_empty())
            && let Some(record) = self.as_entries(&mut draft, additional_properties, &spilled)?
        {
            return Ok(record);
        }
        if !has_additional && !draft.properties.is_empty() && !map.contains_key("additionalProperties") {
            self.note(Level::Rewritten, "closed: keys that the schema does not name cannot be given");
        }
        Ok(self.finished(draft, additional))
    }

    fn optional_full(&self) -> bool {
        self.rules.limits.optional > 0 && self.optional >= self.rules.limits.optional
    }

    /// Adds a named property. `false`: it is required, and no value satisfies it.
    fn property(&mut self, draft: &mut Draft, name: String, original: &Value, needed: bool) -> Result<bool, Error> {
        let full = self.optional_full();
        let always_rendered = !needed && (self.rules.all_required || full);
        // Counted before the properties below, so that they cannot exceed the limit.
        let counted = usize::from(!needed && !always_rendered);
        let united = usize::from(!needed && full);
        self.optional += counted;
        self.unions += united;
        let out = self.child(&["properties", &name], original, draft.depth + 1)?;
        self.unions -= united;
        let Some(mut out) = out else {
            self.optional -= counted;
            return Ok(!needed);
        };
        let null_is_absent = always_rendered && !self.accepts_null(original, &out);
        if null_is_absent {
            self.add_null(&mut out.schema);
        }
        if always_rendered {
            let pointer = [self.path.as_str(), "/properties/", &escaped(&name)].concat();
            let what = if null_is_absent {
                "optional becomes required, with null for absent"
            } else {
                "optional becomes required"
            };
            self.note_at(pointer, Level::Rewritten, what.to_owned());
        }
        let rendered_name = if self.rules.names.accepts(&name) {
            name.clone()
        } else {
            self.unique_rendered_name(draft.map, &name, &draft.properties, &mut out.schema)
        };
        if needed || always_rendered {
            draft.required.push(rendered_name.clone().into());
        }
        let defaults = !needed && !DELICATE.iter().any(|key| draft.map.contains_key(*key));
        let default = original.get("default").filter(|_| defaults);
        let default = default.filter(|default| self.surely_matches(original, default)).cloned();
        draft.properties.insert(rendered_name.clone(), Value::Object(out.schema));
        draft.node.fields.push(Field {
            name,
            rendered_name,
            node: out.node,
            null_is_absent,
            always_rendered,
            default,
            tag: None,
        });
        Ok(true)
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
            self.add_conditional(part, &mut parts, named, &mut places, &mut all)?;
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

    /// Adds the properties of a part that applies under a condition, and its alternatives to `parts`.
    #[inline(never)]
    fn add_conditional(
        &mut self,
        part: Value,
        parts: &mut Vec<Value>,
        named: usize,
        places: &mut Map<String, Value>,
        all: &mut Vec<(String, Cow<'_, Value>)>,
    ) -> Result<(), Error> {
        let Value::Object(part) = part else { return Ok(()) };
        let part = self.flatten(&part, 0)?;
        // The keys of a definition that is already unrolled often enough are not repeated.
        self.unroll_limit_reached = false;
        let Some(part) = part else { return Ok(()) };
        for key in ["anyOf", "oneOf"] {
            if let Some(Value::Array(list)) = part.get(key).filter(|_| parts.len() < 64) {
                parts.extend(list.iter().cloned());
            }
        }
        let Some(Value::Object(properties)) = part.get("properties") else { return Ok(()) };
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
                        *known = Cow::Owned(obj! { "anyOf": vec![&**known, one] });
                    }
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// A name for a property whose own name the API does not accept. Its own is in the description.
    #[inline(never)]
    fn unique_rendered_name(
        &mut self,
        map: &Map<String, Value>,
        name: &str,
        rendered_name: &Map<String, Value>,
        schema: &mut Map<String, Value>,
    ) -> String {
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
    #[inline(never)]
    fn require_first(&mut self, draft: &mut Draft) {
        let Some(field) = draft.node.fields.first_mut() else { return };
        let text = matches!(self.nodes.get(field.node as usize), Some(Node::Text));
        draft.required.push(field.rendered_name.clone().into());
        field.null_is_absent = true;
        field.always_rendered = true;
        if let Some(Value::Object(schema)) = draft.properties.get_mut(&field.rendered_name) {
            if !text && self.allows_null(schema) {
                field.null_is_absent = false;
            } else {
                self.add_null(schema);
            }
        }
    }

    fn finished(&mut self, draft: Draft, additional: Option<Value>) -> Fragment {
        let Draft { map, mut schema, properties, required, node, .. } = draft;
        schema.put("type", "object".into());
        // Gemini refuses empty `properties` with `additionalProperties`.
        if !properties.is_empty() || (additional.is_none() && self.rules.empty_properties) {
            schema.put("properties", Value::Object(properties));
        }
        schema.put("required", Value::Array(required));
        if let Some(additional) = additional {
            schema.put("additionalProperties", additional);
        }
        self.finish_object(&mut schema);
        self.constrain(&mut schema, map, "object");
        self.describe_unsupported(&mut schema, map);
        let node = self.add(Node::Object(Box::new(node)));
        Fragment { schema, node }
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
        if schema.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty) && !self.rules.all_required {
            schema.shift_remove("required");
        }
    }
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
