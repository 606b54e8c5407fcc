//! `enum` and `const`: the listed values, as strings if the API accepts only strings.

use super::{Fragment, Level, Renderer};
use crate::error::Error;
use crate::json::object::ToJson;
use crate::jsontext::ToText;
use crate::schema::describe;
use crate::schema::dialect::rules::Enums;
use crate::schema::matches::{is_type, type_of};
use crate::schema::plan::{KEEP, Node};
use crate::schema::put::Put;
use serde_json::{Map, Value};

/// OpenAI: an enum with more string values than the first number is limited to the second number of characters.
const LONG_ENUM: (usize, usize) = (250, 15_000);

impl Renderer<'_> {
    pub(super) fn values(
        &mut self,
        map: &Map<String, Value>,
        list: &[Value],
        depth: usize,
    ) -> Result<Option<Fragment>, Error> {
        let has_type = |value: &Value| match map.get("type") {
            Some(Value::String(name)) => is_type(name, value),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(|name| is_type(name, value)),
            _ => true,
        };
        let mut seen = Map::new();
        let new = |value: &&Value| seen.insert(key_of(value), Value::Null).is_none();
        let mut values: Vec<&Value> = list.iter().filter(|value| has_type(value)).filter(new).collect();
        let nullable = values.iter().any(|value| value.is_null());
        values.retain(|value| !value.is_null());
        if values.is_empty() {
            return Ok(nullable.then(|| self.null(map)));
        }
        let out = self.render_enum(map, &values, depth)?;
        Ok(Some(if nullable { self.nullable(out, map) } else { out }))
    }

    #[inline(never)]
    fn render_enum(&mut self, map: &Map<String, Value>, values: &[&Value], depth: usize) -> Result<Fragment, Error> {
        let mut schema = self.head(map);
        let limits = &self.rules.limits;
        let length: usize = values.iter().filter_map(|value| value.as_str()).map(|text| text.chars().count()).sum();
        let too_many = limits.enum_values > 0
            && (self.enum_values + values.len() > limits.enum_values
                || (values.len() > LONG_ENUM.0 && length > LONG_ENUM.1));
        if too_many {
            return self.long_enum(map, values, depth);
        }
        self.enum_values += values.len();
        let kinds = kinds(values);
        let booleans = values.iter().all(|value| value.is_boolean());
        if booleans && (self.rules.enums != Enums::Scalars || values.len() == 2) {
            schema.put("type", "boolean".into());
            if let [only] = values {
                describe::describe(&mut schema, &["Always ", &only.to_text(), "."].concat());
                self.note(
                    Level::Described,
                    "a constant of this type is stated in the description and validated locally",
                );
            }
            self.describe_unsupported(&mut schema, map);
            return Ok(Fragment { schema, node: KEEP });
        }
        let allowed = values.iter().all(|value| match self.rules.enums {
            Enums::Scalars => !value.is_object() && !value.is_array(),
            Enums::StringsAndNumbers => value.is_string() || value.is_number(),
            Enums::Strings => value.is_string(),
        });
        if allowed && (kinds.is_string() || self.rules.type_lists) {
            schema.put("type", kinds);
            match (map.get("const"), values) {
                (Some(_), [only]) if self.rules.constants => {
                    schema.put("const", (*only).clone());
                }
                _ => {
                    schema.put("enum", values.to_json());
                }
            }
            self.describe_unsupported(&mut schema, map);
            return Ok(Fragment { schema, node: KEEP });
        }
        Ok(self.as_strings(schema, map, values))
    }

    #[inline(never)]
    fn long_enum(&mut self, map: &Map<String, Value>, values: &[&Value], depth: usize) -> Result<Fragment, Error> {
        self.note(
            Level::Validated,
            format!("an enum of {} values is too long for this API: only validated by us", values.len()),
        );
        let mut open = map.clone();
        open.shift_remove("enum");
        if !open.contains_key("type") {
            open.put("type", kinds(values));
        }
        match self.by_type(&open, depth)? {
            Some(out) => Ok(out),
            None => Ok(self.any(map)),
        }
    }

    #[inline(never)]
    fn as_strings(&mut self, mut schema: Map<String, Value>, map: &Map<String, Value>, values: &[&Value]) -> Fragment {
        self.note(Level::Rewritten, "values that are not strings become strings");
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_text(), str::to_owned);
        let others: Map<String, Value> =
            values.iter().filter(|value| !value.is_string()).map(|value| (plain(value), Value::Null)).collect();
        let named: Vec<(String, Value)> = values
            .iter()
            .map(|value| {
                let name = plain(value);
                // If the enum has both "1" and 1, the string is written with its quotes.
                let taken = value.is_string() && others.contains_key(&name);
                (if taken { value.to_text() } else { name }, (*value).clone())
            })
            .collect();
        let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        schema.put("type", "string".into());
        schema.put("enum", names.to_json());
        self.describe_unsupported(&mut schema, map);
        let node = self.add(Node::Values(named));
        Fragment { schema, node }
    }
}

/// A text that is equal for equal values, such as 1 and 1.0.
pub(super) fn key_of(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number % 1.0 == 0.0 && number.abs() < 1e15 => (number as i64).to_string(),
        _ => value.to_text(),
    }
}

/// The `type` of the listed values: a name, or a list of names.
fn kinds(values: &[&Value]) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for value in values {
        let name = if is_type("integer", value) { "integer" } else { type_of(value) };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.contains(&"number") {
        names.retain(|name| *name != "integer");
    }
    match names.as_slice() {
        [one] => (*one).into(),
        _ => names.to_json(),
    }
}
