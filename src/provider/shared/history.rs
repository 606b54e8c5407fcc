//! Adapts the caller's messages and the calls of an echoed turn to what an API requires of turns ([`TurnRules`]): known
//! roles, ids and names that match its patterns, arguments that parse, no empty turns.
//!
//! Histories come from other providers, from stores that truncate them, and from models that violate rules. The rules
//! are in the row; the changes are the same for every API, and an id always becomes the same id, so that a provider's
//! prompt cache still matches.

use super::turns::{answered_call_id, is_object, role};
use crate::chat::CallResult;
use crate::jsontext::ToText;
use crate::obj;
use crate::output::prompts;
use crate::provider::registry::{Pattern, TurnRules};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The messages for the encoder. Borrowed if nothing changes, which is the common case.
pub fn fit<'a>(messages: &'a [Value], rules: &TurnRules) -> Cow<'a, [Value]> {
    let late = |messages: &[Value]| rules.user_first && first_is_the_models(messages);
    if !late(messages) && messages.iter().all(|message| plain(message, rules)) {
        return Cow::Borrowed(messages);
    }
    adapted(messages, rules, late)
}

#[inline(never)]
fn adapted<'a>(messages: &'a [Value], rules: &TurnRules, late: impl Fn(&[Value]) -> bool) -> Cow<'a, [Value]> {
    let mut ids = Ids::new(rules.ids);
    let mut out: Vec<Value> = Vec::with_capacity(messages.len());
    for message in messages {
        let mut message = message.clone();
        if role(&message) == "developer" && !rules.developer {
            message["role"] = "system".into();
        }
        if let Some(Value::Array(list)) = message.get_mut("content") {
            list.retain(|part| !is_blank(part));
            // A turn with calls, or a result, may be empty, but not an empty list.
            if list.is_empty() {
                message["content"] = "".into();
            }
        }
        if let Some(calls) = message.get_mut("tool_calls").and_then(Value::as_array_mut) {
            ids.turn();
            for call in calls {
                fit_call(call, rules, &mut ids);
            }
        } else if role(&message) == "tool" {
            message["tool_call_id"] = ids.result(answered_call_id(&message)).into();
            if let Some(Value::String(name)) = message.get_mut("name") {
                *name = fitted(rules.names, name).into_owned();
            }
        }
        if !is_empty(&message) {
            out.push(message);
        }
    }
    if late(&out) {
        let first = out.iter().position(|message| !is_system(message)).unwrap_or(0);
        out.insert(first, obj! { "role": "user", "content": prompts::BEGIN });
    }
    // A conversation with only such turns stays as it is: the API reports the error.
    if out.is_empty() { Cow::Borrowed(messages) } else { Cow::Owned(out) }
}

fn is_system(message: &Value) -> bool {
    matches!(role(message), "system" | "developer")
}

fn first_is_the_models(messages: &[Value]) -> bool {
    let first = messages.iter().find(|message| !is_system(message));
    first.is_some_and(|message| matches!(role(message), "assistant" | "model"))
}

/// Whether this message satisfies all rules.
fn plain(message: &Value, rules: &TurnRules) -> bool {
    let known = match role(message) {
        "developer" => rules.developer,
        "tool" => false,
        _ => true,
    };
    known
        && message.get("tool_calls").is_none_or(Value::is_null)
        && !message.get("content").and_then(Value::as_array).is_some_and(|list| list.iter().any(is_blank))
        && !is_empty(message)
}

/// A blank text part without other fields.
fn is_blank(part: &Value) -> bool {
    let blank = |text: &str| text.trim().is_empty();
    match part {
        Value::String(text) => blank(text),
        Value::Object(fields) => {
            fields.get("text").and_then(Value::as_str).is_some_and(blank)
                && fields.keys().all(|key| matches!(key.as_str(), "type" | "text" | "cache_control" | "annotations"))
        }
        _ => false,
    }
}

/// A turn of the user or the model without text, calls and parts. Thinking alone is not a turn: servers refuse a
/// message without content and calls.
pub fn is_empty(message: &Value) -> bool {
    // An object with a type is an item of the API.
    if !matches!(role(message), "user" | "assistant" | "model") || message.get("type").is_some() {
        return false;
    }
    ["content", "parts", "tool_calls", "function_call", "refusal", "audio"].iter().all(|key| match message.get(*key) {
        None | Some(Value::Null) => true,
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    })
}

/// A call in OpenAI's form: id, name, and arguments that every server can parse.
fn fit_call(call: &mut Value, rules: &TurnRules, ids: &mut Ids) {
    let Some(fields) = call.as_object_mut() else { return };
    let id = ids.call(fields.get("id").and_then(Value::as_str));
    fields.insert("id".into(), id.into());
    if let Some(function) = fields.get_mut("function").and_then(Value::as_object_mut) {
        if let Some(Value::String(name)) = function.get_mut("name") {
            *name = fitted(rules.names, name).into_owned();
        }
        fit_arguments(function);
    }
}

/// A call of an echoed turn: its id and name for the result, and its arguments if they cannot be echoed.
pub struct Echoed {
    pub id: String,
    pub name: String,
    quoted: Option<String>,
}

impl Echoed {
    /// The problem as the result of the call.
    pub fn result(&self, problem: String) -> String {
        match &self.quoted {
            Some(text) => prompts::with_arguments(&problem, text),
            None => problem,
        }
    }

    /// A result of the call; a problem is reported with the arguments.
    pub fn result_of(&self, result: CallResult) -> String {
        if result.is_error { self.result(result.text) } else { result.text }
    }
}

/// Adapts the calls of an answer, in OpenAI's form, like those of the caller's messages.
pub fn fit_calls(calls: &mut Vec<Value>, rules: &TurnRules) -> Vec<Echoed> {
    let mut ids = Ids::echoed(rules.ids);
    calls.retain(|call| call.get("function").is_some_and(Value::is_object));
    let mut out = Vec::with_capacity(calls.len());
    for call in calls.iter_mut().filter_map(Value::as_object_mut) {
        // The index in a stream is not a field of the call.
        call.shift_remove("index");
        let id = ids.call(call.get("id").and_then(Value::as_str));
        call.insert("id".into(), id.as_str().into());
        let Some(function) = call.get_mut("function").and_then(Value::as_object_mut) else { continue };
        let name = function.get("name").and_then(Value::as_str).unwrap_or_default();
        let name = fitted(rules.names, name).into_owned();
        function.insert("name".into(), name.as_str().into());
        let quoted = fit_arguments(function);
        out.push(Echoed { id, name, quoted });
    }
    out
}

/// Converts a call's arguments to the text of a JSON object, which servers parse when they read the history. Returns
/// other arguments, so that the problem can quote them.
pub fn fit_arguments(function: &mut Map<String, Value>) -> Option<String> {
    let arguments = function.entry("arguments").or_insert(Value::Null);
    let lost = match arguments.take() {
        Value::String(text) if is_object(&text) => {
            *arguments = text.into();
            return None;
        }
        // Some servers and SDKs send them parsed.
        parsed @ Value::Object(_) => {
            *arguments = parsed.to_text().into();
            return None;
        }
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_text(),
    };
    *arguments = "{}".into();
    (!lost.trim().is_empty()).then_some(lost)
}

/// The name of a tool with `_` for characters that the pattern excludes.
pub fn fitted(pattern: Pattern, name: &str) -> Cow<'_, str> {
    if pattern.fits(name) {
        return Cow::Borrowed(name);
    }
    let marks = pattern.marks.unwrap_or("_-");
    let legal = |c: char| if c.is_ascii_alphanumeric() || marks.contains(c) { c } else { '_' };
    let name: String = name.chars().map(legal).take(pattern.max).collect();
    Cow::Owned(if name.is_empty() { "unknown".to_owned() } else { name })
}

/// Adapts the ids of calls; the result of a call gets the call's id.
pub struct Ids {
    pattern: Pattern,
    /// The ids are from this API, so it accepts them in any form.
    own: bool,
    /// The calls so far: the original id, the sent id, and whether it has a result.
    calls: Vec<(String, String, bool)>,
    /// The index of the first call of the last assistant turn.
    turn: usize,
}

impl Ids {
    pub fn new(pattern: Pattern) -> Ids {
        Ids { pattern, own: false, calls: Vec::new(), turn: 0 }
    }

    /// For the calls of an answer, which go back to the API that made their ids: only missing and repeated ids are
    /// replaced.
    pub fn echoed(pattern: Pattern) -> Ids {
        Ids { own: true, ..Ids::new(pattern) }
    }

    /// A turn with calls begins.
    pub fn turn(&mut self) {
        self.turn = self.calls.len();
    }

    /// The id that is sent for a call: missing, illegal and repeated ids are replaced.
    pub fn call(&mut self, given: Option<&str>) -> String {
        let given = given.unwrap_or_default();
        let taken = |id: &str| self.calls.iter().any(|(_, sent, _)| sent == id);
        let mut id = given.to_owned();
        let legal = if self.own { !given.is_empty() } else { self.pattern.fits(given) };
        if !legal || taken(given) {
            let mut salt = if given.is_empty() { self.calls.len() } else { 0 };
            id = made(self.pattern, given, salt);
            while taken(&id) {
                salt += 1;
                id = made(self.pattern, given, salt);
            }
        }
        self.calls.push((given.to_owned(), id.clone(), false));
        id
    }

    /// The id that is sent for a result: that of the last call with this original id. A result without an id belongs to
    /// the first call of the last turn that has no result.
    pub fn result(&mut self, given: &str) -> String {
        let turn = self.turn;
        let known = self.calls.iter_mut().enumerate().rev();
        let found = match given {
            "" => self.calls.iter_mut().enumerate().find(|(at, (_, _, answered))| *at >= turn && !answered),
            _ => {
                let mut same: Vec<_> = known.filter(|(_, (came, ..))| came == given).collect();
                // Two calls of one turn may have the same id: the first result belongs to the first call.
                let open = same.iter().rposition(|(at, (_, _, answered))| *at >= turn && !answered).unwrap_or(0);
                (open < same.len()).then(|| same.swap_remove(open))
            }
        };
        match found {
            Some((_, (_, sent, answered))) => {
                *answered = true;
                sent.clone()
            }
            // The call is not in the history: the API reports it.
            None if self.pattern.fits(given) => given.to_owned(),
            None => made(self.pattern, given, 0),
        }
    }
}

/// An id that matches the pattern, derived from another one; the same input returns the same id.
fn made(pattern: Pattern, given: &str, salt: usize) -> String {
    // FNV-1a, written as digits: the id must be stable, not secret.
    let salt = salt.to_le_bytes();
    let mut hash = given
        .bytes()
        .chain(salt)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    (0..pattern.max.min(12).max(pattern.min))
        .map(|_| {
            let digit = DIGITS[(hash % 36) as usize] as char;
            hash = (hash / 36) ^ hash.rotate_left(29);
            digit
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CLAUDE: Pattern = Pattern::upto(64, "_-");
    const NINE: Pattern = Pattern { marks: Some(""), min: 9, max: 9 };

    #[test]
    fn illegal_ids_are_always_replaced_by_the_same_id() {
        for pattern in [CLAUDE, NINE] {
            for given in ["functions.look:0", "call_abc|fc_1", "", "a b", &"x".repeat(65), "日本", "chatcmpl-tool-1"]
            {
                let mut ids = Ids::new(pattern);
                let sent = ids.call(Some(given));
                assert!(pattern.fits(&sent), "{given:?}: {sent}");
                assert_eq!(ids.result(given), sent);
                assert_eq!(Ids::new(pattern).call(Some(given)), sent);
                let again = ids.call(Some(given));
                assert_ne!(again, sent, "{given:?}");
                assert_eq!(ids.result(given), again);
            }
        }
        assert_eq!(Ids::new(CLAUDE).call(Some("toolu_01-x")), "toolu_01-x");
        assert_eq!(Ids::new(NINE).call(Some("a1B2c3D4e")), "a1B2c3D4e");
    }

    #[test]
    fn results_belong_to_their_calls_even_with_equal_or_missing_ids() {
        let mut ids = Ids::new(CLAUDE);
        ids.turn();
        let (a, b) = (ids.call(Some("0")), ids.call(Some("0")));
        assert_eq!((ids.result("0"), ids.result("0")), (a, b));
        ids.turn();
        let (c, d) = (ids.call(None), ids.call(None));
        assert_eq!((ids.result(""), ids.result("")), (c, d));
        assert_eq!(ids.result("never called"), made(CLAUDE, "never called", 0));
    }

    #[test]
    fn messages_without_calls_and_blanks_are_not_copied() {
        let rules = crate::provider::registry::row("openai").unwrap().turns;
        let messages = [
            json!({"role": "developer", "content": "x"}),
            json!({"role": "user", "content": [{"type": "text", "text": "y"}]}),
        ];
        assert!(matches!(fit(&messages, &rules), Cow::Borrowed(_)));
    }

    #[test]
    fn empty_turns_are_omitted() {
        let rules = crate::provider::registry::row("mistral").unwrap().turns;
        let messages = [
            json!({"role": "developer", "content": "x"}),
            json!({"role": "user", "content": [{"type": "text", "text": ""}, {"type": "text", "text": "y"}, " "]}),
            json!({"role": "assistant", "content": " ", "tool_calls": [], "refusal": null}),
            json!({"role": "assistant", "content": "", "reasoning_content": "thoughts alone"}),
            json!({"role": "assistant", "content": [{"type": "text", "text": "", "thoughtSignature": "s"}]}),
            json!({"role": "user", "content": "\n"}),
        ];
        let wanted = json!([
            {"role": "system", "content": "x"},
            {"role": "user", "content": [{"type": "text", "text": "y"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "", "thoughtSignature": "s"}]},
        ]);
        assert_eq!(Value::from(fit(&messages, &rules).into_owned()), wanted);
        let nothing = [json!({"role": "user", "content": ""})];
        assert!(matches!(fit(&nothing, &rules), Cow::Borrowed(_)));
    }

    #[test]
    fn a_call_is_sent_with_a_legal_name_and_arguments_that_parse() {
        let rules = crate::provider::registry::row("anthropic").unwrap().turns;
        let function = |arguments: Value| json!({"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "ns.look<|x|>", "arguments": arguments}}]});
        for (arguments, wanted) in [
            (json!("{\"a\":1}"), "{\"a\":1}"),
            (json!({"a": 1}), "{\"a\":1}"),
            (json!("{\"a\":"), "{}"),
            (json!("[1]"), "{}"),
            (json!(""), "{}"),
            (Value::Null, "{}"),
        ] {
            let given = [json!({"role": "user", "content": "x"}), function(arguments)];
            let sent = fit(&given, &rules);
            assert_eq!(&sent[1]["tool_calls"][0]["function"], &json!({"name": "ns_look__x__", "arguments": wanted}));
        }
    }
}
