//! `autodetect`: strings in a message that are the URL or the bytes of a file become parts of their kind.
//!
//! Off by default, because a user's text could then make the provider fetch a URL. Nothing is fetched here.

use crate::obj;
use serde_json::Value;

/// The kind of a file by the extension of its path.
const ENDINGS: &[(&str, &str)] = &[
    (".png", "image"),
    (".jpg", "image"),
    (".jpeg", "image"),
    (".gif", "image"),
    (".webp", "image"),
    (".wav", "audio"),
    (".mp3", "audio"),
    (".pdf", "document"),
];

/// The kind of file that a string is the address or the bytes of.
fn kind(text: &str) -> Option<&'static str> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    if let Some(rest) = text.strip_prefix("data:") {
        let media = rest.split([';', ',']).next().unwrap_or_default();
        return match media.split('/').next() {
            Some("image") => Some("image"),
            Some("audio") => Some("audio"),
            _ if media == "application/pdf" => Some("document"),
            _ => None,
        };
    }
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let path = text.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    ENDINGS.iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, kind)| *kind)
}

/// Replaces such strings in the user's messages by parts.
pub fn detect(messages: &mut [Value]) {
    for message in messages {
        if message.get("role").and_then(Value::as_str) != Some("user") {
            continue;
        }
        match message.get_mut("content") {
            Some(Value::Array(parts)) => parts.iter_mut().for_each(part),
            Some(content @ Value::String(_)) => {
                part(content);
                if content.is_object() {
                    *content = Value::Array(vec![content.take()]);
                }
            }
            _ => {}
        }
    }
}

fn part(value: &mut Value) {
    if let Some(text) = value.as_str()
        && let Some(kind) = kind(text)
    {
        *value = obj! { "type": kind, "source": text };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn detected(content: Value) -> Value {
        let mut messages = [json!({ "role": "user", "content": content })];
        detect(&mut messages);
        messages[0]["content"].clone()
    }

    #[test]
    fn urls_and_data_urls_become_parts_of_their_kind() {
        let found =
            detected(json!(["Look:", "https://a.b/c.PNG?x=1", "data:audio/wav;base64,AA==", "http://a.b/c.pdf"]));
        assert_eq!(
            found,
            json!([
                "Look:",
                { "type": "image", "source": "https://a.b/c.PNG?x=1" },
                { "type": "audio", "source": "data:audio/wav;base64,AA==" },
                { "type": "document", "source": "http://a.b/c.pdf" },
            ])
        );
    }

    #[test]
    fn a_message_that_is_only_an_image_becomes_a_list_of_one_part() {
        assert_eq!(detected(json!("https://a.b/c.gif")), json!([{ "type": "image", "source": "https://a.b/c.gif" }]));
    }

    #[test]
    fn text_that_only_mentions_a_url_stays_text() {
        for text in ["see https://a.b/c.png", "https://a.b/page", "file:///etc/x.png", "data:text/plain,hello"] {
            assert_eq!(detected(json!(text)), json!(text));
        }
    }

    #[test]
    fn only_the_users_messages_are_converted() {
        let mut messages = [json!({ "role": "system", "content": "https://a.b/c.png" })];
        let before = messages.clone();
        detect(&mut messages);
        assert_eq!(messages, before);
    }
}
