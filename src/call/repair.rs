//! Correction of the failing parts of an answer (`repair: 'part'`): what is requested, and how it is put in place.
//!
//! ```text
//! a valid JSON value with issues ─▶ parts (paths, schema) ─▶ a request for these parts ─▶ merged ─▶ validated as a whole
//!                                     └─ none: the root fails, a part failed twice, or the parts are most of the value
//!                                        ─▶ the whole is requested again
//! ```
//!
//! A stream with `validate: 'early'` stops at its first error. Then what had not arrived is requested together with the failing
//! part: the other keys of the objects that were open, and the further elements of the lists.
//!
//! A request for parts is not a turn after the answer: it is the caller's conversation with one more user turn, which
//! quotes the problems and the objects they are in. So the failed answer is sent neither by the model nor to it.

use super::setup::Requested;
use crate::chat::Answer;
use crate::error::Issue;
use crate::json::value_at;
use crate::jsontext::{self, ToText};
use crate::obj;
use crate::output::prompts;
use crate::schema::{Part, ResponseModel, parts};
use crate::text::shorten;
use serde_json::{Map, Value};

/// Maximum number of parts of one request.
const MAX_PARTS: usize = 16;
/// Maximum length of a quoted object, of a value in it, and of a message, in characters.
const MAX_QUOTED: usize = 600;
const MAX_VALUE: usize = 80;
const MAX_MESSAGE: usize = 600;

/// A value that was stopped while it arrived.
pub struct SoFar {
    /// The value, in the caller's shape.
    pub value: Value,
    /// The path of the innermost container that had not ended; `None` if the value is complete.
    pub open: Option<Vec<Value>>,
    /// The key or index in it of a string that had not ended.
    pub cut: Option<Value>,
}

impl SoFar {
    /// The path of the string that had not ended.
    fn cut_path(&self) -> Option<Vec<Value>> {
        let mut path = self.open.clone()?;
        path.push(self.cut.clone()?);
        Some(path)
    }
}

/// The state of a call while parts of its answer are requested.
pub struct Repair {
    /// The answer that is corrected.
    base: Value,
    parts: Vec<Part>,
    /// The parts of earlier requests and of this one: none is requested twice.
    requested: Vec<Vec<Value>>,
    /// The path of a string that was shown before it had ended. It is not in `base`.
    cut: Option<Vec<Value>>,
    /// The last answer as a whole, if there is one, and its problems as text.
    pub answer: Option<Answer>,
    pub problems: String,
    /// `None` after the request for parts has ended.
    pub whole: Option<Whole>,
}

/// The request for the whole, which the call continues with if the parts cannot be corrected.
pub struct Whole {
    pub body: Value,
    pub has_placeholders: bool,
    pub requested: Requested,
}

/// What to request for some issues.
pub struct Plan {
    pub model: ResponseModel,
    /// The user turn.
    pub text: String,
    base: Value,
    parts: Vec<Part>,
    cut: Option<Vec<Value>>,
}

impl Plan {
    /// `None` if the whole is to be requested. `before` is the repair that had these issues.
    pub fn of(model: &ResponseModel, so_far: SoFar, issues: &[Issue], before: Option<&Repair>) -> Option<Plan> {
        let cut = so_far.cut_path();
        let SoFar { value: mut base, open, .. } = so_far;
        if let Some(cut) = &cut {
            remove(&mut base, cut);
        }
        if issues.is_empty() || !(base.is_object() || base.is_array()) {
            return None;
        }
        let paths: Vec<&[Value]> = issues.iter().map(|issue| issue.path.as_slice()).collect();
        let (parts, model) = parts(model, &base, &paths, open.as_deref())?;
        let failed_before = |part: &Part| before.is_some_and(|repair| repair.requested.contains(&part.path));
        let current = |part: &Part| value_at(&base, &part.path).map_or(0, |value| value.to_text().len());
        let size: usize = parts.iter().map(current).sum();
        if parts.len() > MAX_PARTS || parts.iter().any(failed_before) || size > base.to_text().len() / 2 {
            return None;
        }
        let text = prompts::parts_problem(&lines(&base, &parts, issues), open.is_some());
        Some(Plan { model, text, base, parts, cut })
    }

    /// The state while these parts are requested.
    pub fn begin(self, answer: (Option<Answer>, String), whole: Whole, before: Option<&Repair>) -> Repair {
        let Plan { base, parts, cut, .. } = self;
        let mut requested = before.map(|repair| repair.requested.clone()).unwrap_or_default();
        requested.extend(parts.iter().map(|part| part.path.clone()));
        let (answer, problems) = answer;
        Repair { base, parts, requested, cut, answer, problems, whole: Some(whole) }
    }
}

impl Repair {
    /// The answer with these parts in place of the failing ones. A part that is left out and not required is removed.
    pub fn merged(&self, mut corrected: Map<String, Value>) -> Value {
        let mut value = self.base.clone();
        for part in &self.parts {
            match corrected.shift_remove(&part.name) {
                Some(Value::Array(more)) if part.rest => append(&mut value, &part.path, more),
                Some(_) if part.rest => {}
                Some(correct) => put(&mut value, &part.path, correct),
                None if !part.required => remove(&mut value, &part.path),
                None => {}
            }
        }
        value
    }

    /// Whether the answer has a requested part. A model may return the whole instead.
    pub fn has_parts(&self, answer: &Map<String, Value>) -> bool {
        self.parts.iter().any(|part| answer.contains_key(&part.name))
    }

    /// The changes that make `value` of the earlier answer, for the consumer of a stream: `[{path, value}]`. For a part that
    /// was removed, the object that it was in. Each further element of a list is a change.
    pub fn changes(&self, value: &Value) -> Value {
        let mut changes = Vec::new();
        for part in &self.parts {
            let Some((last, around)) = part.path.split_last() else { continue };
            let mut path = part.path.clone();
            let mut place = |path: &[Value]| {
                let new = value_at(value, path);
                changes.extend(new.map(|new| obj! { "path": path.to_vec(), "value": new.clone() }));
                new.is_some()
            };
            let shown = self.cut.as_ref() == Some(&part.path) || value_at(&self.base, &part.path).is_some();
            if !place(&path) && shown {
                place(around);
            }
            for index in last.as_u64().filter(|_| part.rest).map_or(0..0, |first| first + 1..u64::MAX) {
                path.pop();
                path.push(index.into());
                if !place(&path) {
                    break;
                }
            }
        }
        Value::Array(changes)
    }
}

/// One line for each part: its name, its place, its problems, and the object it is in.
fn lines(base: &Value, parts: &[Part], issues: &[Issue]) -> String {
    let mut out = String::new();
    let mut quoted: Option<&[Value]> = None;
    for part in parts {
        let own = issues.iter().filter(|issue| issue.path.starts_with(&part.path));
        let problems: Vec<String> = own
            .map(|issue| match issue.path.get(part.path.len()..) {
                Some([]) | None => shorten(&issue.message, MAX_MESSAGE),
                Some(rest) => {
                    let rest = Issue { path: rest.to_vec(), message: String::new() };
                    [&rest.dotted(), ": ", &shorten(&issue.message, MAX_MESSAGE)].concat()
                }
            })
            .collect();
        let problems = match problems.is_empty() {
            true => prompts::missing_part(part.rest),
            false => problems.join("; "),
        };
        let place = Issue { path: part.path.clone(), message: String::new() }.dotted();
        let around = part.path.split_last().map(|(_, around)| around).unwrap_or_default();
        // Parts of the same object follow each other mostly, and one quotation is enough.
        let object = if quoted == Some(around) { None } else { value_at(base, around) };
        quoted = Some(around);
        let object = object.map(|object| shorten(&outline(object), MAX_QUOTED));
        out.push_str(&prompts::part_line(&part.name, &place, &problems, object.as_deref()));
    }
    out
}

/// An object or a list with `{…}` and `[…]` in place of the containers in it: enough to recognise it by.
fn outline(value: &Value) -> String {
    let short = |value: &Value| match value {
        Value::Object(_) => "{…}".to_owned(),
        Value::Array(_) => "[…]".to_owned(),
        other => shorten(&other.to_text(), MAX_VALUE),
    };
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| [&jsontext::quoted(key), ": ", &short(value)].concat());
            ["{", &members.collect::<Vec<_>>().join(", "), "}"].concat()
        }
        Value::Array(list) => ["[", &list.iter().map(short).collect::<Vec<_>>().join(", "), "]"].concat(),
        other => short(other),
    }
}

fn get_mut<'a>(value: &'a mut Value, path: &[Value]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Value::String(key) => value.get_mut(key),
        index => value.get_mut(index.as_u64()? as usize),
    })
}

fn put(value: &mut Value, path: &[Value], new: Value) {
    let Some((last, around)) = path.split_last() else { return };
    match (get_mut(value, around), last) {
        (Some(Value::Object(members)), Value::String(key)) => {
            members.insert(key.clone(), new);
        }
        (Some(Value::Array(list)), index) => {
            if let Some(place) = index.as_u64().and_then(|index| list.get_mut(index as usize)) {
                *place = new;
            }
        }
        _ => {}
    }
}

/// Removes a member, or the last element of a list.
fn remove(value: &mut Value, path: &[Value]) {
    let Some((last, around)) = path.split_last() else { return };
    match (get_mut(value, around), last) {
        (Some(Value::Object(members)), Value::String(key)) => {
            members.shift_remove(key);
        }
        (Some(Value::Array(list)), index) => list.truncate(index.as_u64().unwrap_or(u64::MAX) as usize),
        _ => {}
    }
}

/// Adds the elements that begin at the path.
fn append(value: &mut Value, path: &[Value], more: Vec<Value>) {
    if let Some((_, around)) = path.split_last()
        && let Some(Value::Array(list)) = get_mut(value, around)
    {
        list.extend(more);
    }
}
