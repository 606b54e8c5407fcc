//! One event, read field by field into a [`Delta`]: what is not of interest is skipped, not built.

use super::super::decode;
use super::delta::{CallDelta, Delta};
use super::{CallState, State};
use crate::error::Error;
use crate::json::extract::Reader;
use crate::jsontext;
use crate::provider::shared::accumulator::{Call, DeltaTarget, MAX_CALLS};
use crate::provider::shared::merge;
use serde_json::{Map, Value};
use std::ops::Range;

impl State {
    pub(super) fn read(&mut self, data: &str, delta: &mut Delta) -> Result<(), Error> {
        Reader::new(data).object(&mut |key, value| match key {
            "choices" => value.array(&mut |_, choice| self.choice(choice, delta)),
            "usage" if !value.is_null() => {
                delta.strings += 2;
                self.accumulator.usage =
                    Some(value.value()?).filter(Value::is_object).or(self.accumulator.usage.take());
                Ok(())
            }
            "x_groq" => value.object(&mut |key, value| {
                match key {
                    "usage" if !value.is_null() => {
                        delta.strings += 2;
                        let usage = value.value()?;
                        self.accumulator.usage.get_or_insert(usage);
                    }
                    "error" => delta.error = Some(value.value()?),
                    _ => {}
                }
                Ok(())
            }),
            "error" => {
                delta.error = Some(value.value()?);
                Ok(())
            }
            "id" if self.accumulator.id.is_none() => {
                value.string().map(|id| self.accumulator.id = id.map(|id| id.into_owned()))
            }
            "model" if self.accumulator.model.is_none() => {
                value.string().map(|m| self.accumulator.model = m.map(|m| m.into_owned()))
            }
            _ => Ok(()),
        })
    }

    fn choice(&mut self, choice: &mut Reader, delta: &mut Delta) -> Result<(), Error> {
        // With `n` > 1 the choices are interleaved, each with its index; the first one is the answer.
        let text = choice.raw()?;
        let mut other = false;
        let mut whole = None;
        let mut seen = false;
        let mut finish = None;
        Reader::new(text).object(&mut |key, value| match key {
            "index" => value.index().map(|index| other = index.is_some_and(|i| i > 0)),
            "delta" => {
                seen = true;
                whole = Some(value.raw()?);
                Ok(())
            }
            // A whole answer in one chunk; next to a delta it is a copy (Perplexity, Writer).
            "message" if !seen => value.raw().map(|raw| whole = Some(raw)),
            "finish_reason" => value.string().map(|reason| finish = reason.map(|r| r.into_owned())),
            "error" if !value.is_null() => value.value().map(|error| delta.error = Some(error)),
            _ => Ok(()),
        })?;
        if other {
            delta.strings += 2;
            return Ok(());
        }
        delta.finish = finish.filter(|f| !f.is_empty()).or(delta.finish.take());
        let Some(raw) = whole else { return Ok(()) };
        self.delta(&mut Reader::new(raw), delta)?;
        // The range is relative to `raw`; the event's range is needed.
        if let Some((_, range)) = &mut delta.only {
            let offset = (raw.as_ptr() as usize).saturating_sub(delta.origin);
            *range = range.start + offset..range.end + offset;
        }
        Ok(())
    }

    fn delta(&mut self, reader: &mut Reader, delta: &mut Delta) -> Result<(), Error> {
        reader.object(&mut |key, value| match key {
            "content" if value.peek() == b'[' => self.chunks(value, delta),
            "content" => text_into(value, &mut delta.text).map(|range| delta.took(DeltaTarget::Text, range)),
            // Servers that send both fields repeat the same thought.
            "reasoning_content" | "reasoning" if delta.reasoning.as_deref().is_none_or(str::is_empty) => {
                let range = text_into(value, &mut delta.reasoning)?;
                if range.is_some() {
                    self.reasoning_key = if key == "reasoning" { "reasoning" } else { "reasoning_content" };
                }
                delta.took(DeltaTarget::Reasoning, range);
                Ok(())
            }
            "refusal" => {
                delta.strings += usize::from(!value.is_null());
                text_into(value, &mut delta.refusal).map(|_| ())
            }
            "tool_calls" => value.array(&mut |i, call| self.call(i, call, delta)),
            "function_call" => {
                let mut call = CallDelta::default();
                function(value, &mut call, delta)?;
                if call.name.is_some() || call.arguments.is_some() {
                    self.place(&mut call, Some(0), 0, delta);
                    delta.calls.push(call);
                }
                Ok(())
            }
            "role" => Ok(()),
            other => {
                let bytes = merge::unread(&mut delta.more, other, value)?;
                delta.keeps(bytes);
                Ok(())
            }
        })
    }

    /// Mistral's content chunks with text and thinking.
    fn chunks(&mut self, value: &mut Reader, delta: &mut Delta) -> Result<(), Error> {
        delta.strings += 2;
        let raw = value.raw()?;
        let content: Value = jsontext::from_str(raw).unwrap_or_default();
        let part = decode::message_content(Some(&content));
        if let Some(text) = &part.0 {
            delta.text.get_or_insert_default().push_str(text);
        }
        if let Some(thought) = &part.1 {
            delta.reasoning.get_or_insert_default().push_str(thought);
        }
        if let Value::Array(chunks) = content {
            // The text is counted separately.
            let said = part.0.as_ref().map_or(0, String::len) + part.1.as_ref().map_or(0, String::len);
            delta.kept += raw.len().saturating_sub(said);
            delta.chunks.extend(chunks);
        }
        Ok(())
    }

    fn call(&mut self, place: usize, reader: &mut Reader, delta: &mut Delta) -> Result<(), Error> {
        let mut call = CallDelta::default();
        let mut id_seen = false;
        let mut index = None;
        reader.object(&mut |key, value| match key {
            "index" => value.index().map(|found| index = found),
            "id" => value.string().map(|id| {
                id_seen = id.is_some();
                call.id = id.map(|id| id.into_owned()).filter(|id| !id.is_empty());
            }),
            "function" => function(value, &mut call, delta),
            "type" => Ok(()),
            other => {
                let bytes = merge::unread(&mut call.more, other, value)?;
                delta.keeps(bytes);
                Ok(())
            }
        })?;
        if id_seen || call.name.is_some() {
            delta.strings += 2;
        }
        self.place(&mut call, index, place, delta);
        delta.calls.push(call);
        Ok(())
    }

    /// Finds the call of a piece, or adds a new call.
    ///
    /// With an index: the last call with this index, unless the piece has another name and id, because some servers use
    /// the index 0 for every call. (Another id alone is not a new call: some servers send a new id with every *piece*.)
    /// Without an index: a new id is a new call. Without both: the last call continues, or the position in the list
    /// decides.
    fn place(&mut self, call: &mut CallDelta, index: Option<usize>, place: usize, delta: &mut Delta) {
        let id = call.id.as_deref();
        let known = match (index, id) {
            (Some(index), _) => {
                let at = self.calls.iter().rposition(|known| known.index == index);
                let other = |at: usize| {
                    let known = self.accumulator.calls.get(at).and_then(|known| known.id.as_deref());
                    self.has(DeltaTarget::Arguments(at)) && known.is_some() && known != id
                };
                let new = call.name.is_some() && id.is_some();
                at.filter(|at| !(new && other(*at)))
            }
            (None, Some(id)) => self.accumulator.calls.iter().position(|known| known.id.as_deref() == Some(id)),
            (None, None) if place == 0 && delta.calls.is_empty() => self.calls.len().checked_sub(1),
            (None, None) => self.calls.get(place).map(|_| place),
        };
        call.at = known.or_else(|| {
            let next = self.calls.len();
            let index = index.unwrap_or(next);
            if next >= MAX_CALLS || index >= MAX_CALLS {
                return None;
            }
            self.calls.push(CallState { index, ..CallState::default() });
            self.accumulator.calls.push(Call::default());
            Some(next)
        });
        // Sets the id now, so that the next piece of the same event finds the call.
        if let Some(known) = call.at.and_then(|at| self.accumulator.calls.get_mut(at)) {
            known.id = known.id.take().or(call.id.take());
        }
        if let Some((target @ DeltaTarget::Arguments(_), _)) = &mut delta.only {
            *target = DeltaTarget::Arguments(call.at.unwrap_or(MAX_CALLS));
        }
    }
}

/// Appends a string to `out`; returns its range, if it is a string.
fn text_into(value: &mut Reader, out: &mut Option<String>) -> Result<Option<Range<usize>>, Error> {
    let text = out.get_or_insert_default();
    if value.string_into(&mut |piece| text.push_str(piece))? {
        return Ok(Some(value.last_string()));
    }
    if out.as_ref().is_some_and(String::is_empty) {
        *out = None;
    }
    Ok(None)
}

fn function(reader: &mut Reader, call: &mut CallDelta, delta: &mut Delta) -> Result<(), Error> {
    reader.object(&mut |key, value| match key {
        "name" => value.string().map(|name| call.name = name.map(|n| n.into_owned()).filter(|n| !n.is_empty())),
        "arguments" if value.peek() == b'{' => {
            // Some servers send the arguments as an object.
            delta.strings += 2;
            call.arguments = Some(value.raw()?.to_owned());
            Ok(())
        }
        "arguments" => {
            let range = text_into(value, &mut call.arguments)?;
            delta.took(DeltaTarget::Arguments(0), range);
            Ok(())
        }
        other => {
            let mut more = Map::new();
            let bytes = merge::unread(&mut more, other, value)?;
            delta.keeps(bytes);
            if !more.is_empty() {
                merge::field(&mut call.more, "function", more.into());
            }
            Ok(())
        }
    })
}
