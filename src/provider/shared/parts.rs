//! Parts of a message's content in provider-neutral form.
//!
//! Known parts are `{type: 'text'}`, `{type: 'image' | 'audio' | 'document', source}` and OpenAI's `image_url`,
//! `input_audio` and `file`. Other parts pass unchanged, so parts of the API's form work.

use crate::chat::file_type::sniff;
use crate::error::{Error, Kind};
use crate::provider::registry::Row;
use serde_json::Value;
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    Image,
    Audio,
    Document,
}

impl Media {
    pub fn name(self) -> &'static str {
        match self {
            Media::Image => "image",
            Media::Audio => "audio",
            Media::Document => "document",
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Media::Image => "an image",
            Media::Audio => "audio",
            Media::Document => "a document",
        }
    }

    /// Whether a file of this media type is of this kind. A container for film may have sound only.
    fn fits(self, media: &str) -> bool {
        let [image, audio] = ["image/", "audio/"].map(|start| media.starts_with(start));
        match self {
            Media::Image => image,
            Media::Audio => audio || media.starts_with("video/"),
            Media::Document => !image && !audio,
        }
    }
}

/// The source of a part's bytes.
#[derive(Debug, Clone, PartialEq)]
pub enum Source<'a> {
    Url(&'a str),
    /// Base64 with its media type.
    Data {
        media: Cow<'a, str>,
        data: &'a str,
    },
    /// An id of the provider's file store.
    File(&'a str),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Part<'a> {
    Text(&'a str),
    Media {
        kind: Media,
        source: Source<'a>,
        name: Option<&'a str>,
        part: &'a Value,
    },
    /// A part in the API's form, which passes unchanged.
    Native(&'a Value),
}

/// The parts of a message's `content`; a string is one text.
pub fn of(message: &Value) -> Vec<Part<'_>> {
    match message.get("content") {
        Some(Value::String(text)) => vec![Part::Text(text)],
        Some(Value::Array(parts)) => parts.iter().map(read).collect(),
        _ => Vec::new(),
    }
}

/// All text of a message's content.
pub fn text_of(message: &Value) -> String {
    let mut out = String::new();
    for part in of(message) {
        if let Part::Text(text) = part {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(text);
        }
    }
    out
}

/// One part.
pub fn read(part: &Value) -> Part<'_> {
    let text = |key: &str| part.get(key).and_then(Value::as_str);
    match text("type") {
        None => part.as_str().map_or(Part::Native(part), Part::Text),
        Some("text" | "input_text" | "output_text") => text("text").map_or(Part::Native(part), Part::Text),
        Some(kind) => read_media(part, kind),
    }
}

#[inline(never)]
fn read_media<'a>(part: &'a Value, kind: &str) -> Part<'a> {
    let text = |key: &str| part.get(key).and_then(Value::as_str);
    let found = match kind {
        "image_url" | "input_image" => {
            let url = part.get("image_url");
            let url = url.and_then(Value::as_str).or_else(|| url?.get("url")?.as_str());
            url.map(|url| (Media::Image, from_url(url), None))
        }
        "input_audio" => part.get("input_audio").and_then(|audio| {
            let data = audio.get("data")?.as_str()?;
            let format = audio.get("format").and_then(Value::as_str).unwrap_or("wav");
            let media = Cow::Owned(format!("audio/{}", if format == "mp3" { "mpeg" } else { format }));
            Some((Media::Audio, Source::Data { media, data }, None))
        }),
        "file" | "input_file" => {
            let file = part.get("file").unwrap_or(part);
            let get = |key: &str| file.get(key).and_then(Value::as_str);
            let source =
                get("file_data").or_else(|| get("file_url")).map(from_url).or_else(|| get("file_id").map(Source::File));
            source.map(|source| (Media::Document, source, get("filename")))
        }
        "image" | "audio" | "document" => {
            let kind = match kind {
                "image" => Media::Image,
                "audio" => Media::Audio,
                _ => Media::Document,
            };
            source(part, kind)
                .map(|source| (kind, source, text("filename").or_else(|| text("name")).or_else(|| text("title"))))
        }
        _ => None,
    };
    match found {
        Some((kind, source, name)) => Part::Media { kind, source, name, part },
        None => Part::Native(part),
    }
}

fn source(part: &Value, kind: Media) -> Option<Source<'_>> {
    match part.get("source")? {
        Value::String(text) => Some(match bare(text, part, kind) {
            Some(media) => Source::Data { media: media.into(), data: text },
            None => from_url(text),
        }),
        Value::Object(source) => {
            let get = |key: &str| source.get(key).and_then(Value::as_str);
            if let Some(url) = get("url") {
                return Some(from_url(url));
            }
            if let Some(id) = get("file_id") {
                return Some(Source::File(id));
            }
            let media = get("mediaType").or_else(|| get("media_type"))?;
            Some(Source::Data { media: media.into(), data: get("data")? })
        }
        _ => None,
    }
}

/// The media type of base64 without `data:`, from the part's fields or its first characters.
fn bare<'a>(text: &str, part: &'a Value, kind: Media) -> Option<&'a str> {
    if is_address(text) {
        return None;
    }
    let said = part.get("mediaType").or_else(|| part.get("media_type")).and_then(Value::as_str);
    said.or_else(|| sniff(text).filter(|media| kind.fits(media)))
}

fn is_address(text: &str) -> bool {
    text.contains("://") || text.starts_with("data:")
}

/// The error for a part with a `source` that is not the file of its kind, or that this API cannot read; `at` is its path.
pub fn check(part: &Value, row: &Row, at: impl Fn() -> String) -> Result<(), Error> {
    let kind = match part.get("type").and_then(Value::as_str) {
        Some("image") => Media::Image,
        Some("audio") => Media::Audio,
        Some("document") => Media::Document,
        _ => return Ok(()),
    };
    check_file(part, kind, row, at)
}

#[inline(never)]
fn check_file(part: &Value, kind: Media, row: &Row, at: impl Fn() -> String) -> Result<(), Error> {
    let found = match source(part, kind) {
        None | Some(Source::File(_)) => return Ok(()),
        Some(Source::Data { media, data }) => sniff(data).map_or(media, Cow::Borrowed),
        Some(Source::Url(url)) => match sniff(url) {
            Some(media) => media.into(),
            None if url.contains("://") && !url.starts_with("data:") => {
                let scheme = url.split(':').next().unwrap_or_default();
                let read = |known: &&str| known.eq_ignore_ascii_case(scheme) || *known == "*";
                if ["https", "http"].iter().chain(row.schemes).any(read) {
                    return Ok(());
                }
                let why = ["it reads no ", scheme, ": addresses; give an https: address, or the bytes"].concat();
                return Err(refuse(row.id, kind.name(), &why));
            }
            None => {
                let wanted = "a URL, a data URL in base64, base64 with its `mediaType`, bytes or a Blob";
                return Err(Error::invalid_parameter(&at(), wanted));
            }
        },
    };
    if kind.fits(&found) {
        return Ok(());
    }
    Err(Error::invalid_parameter(&at(), &[kind.wanted(), ", not ", &found].concat()))
}

/// A data URL is data; everything else is an address.
fn from_url(url: &str) -> Source<'_> {
    match url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")) {
        Some((media, data)) => {
            let media = media.split(';').next().unwrap_or_default();
            Source::Data { media: media.into(), data }
        }
        None => Source::Url(url),
    }
}

/// A URL or a data URL, for APIs with one field for both.
pub fn as_url(source: &Source) -> Option<String> {
    match source {
        Source::Url(url) => Some((*url).to_owned()),
        Source::Data { media, data } => Some(format!("data:{media};base64,{data}")),
        Source::File(_) => None,
    }
}

/// The part after the slash of a media type (`png`), as most APIs spell it.
pub fn format_of(media: &str) -> &str {
    match media.rsplit('/').next().unwrap_or_default() {
        "jpg" => "jpeg",
        "mpeg" => "mp3",
        "x-wav" | "wave" => "wav",
        "plain" => "txt",
        "markdown" => "md",
        "msword" => "doc",
        "vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "vnd.ms-excel" => "xls",
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        format => format,
    }
}

/// The media type for a URL's file extension.
pub fn media_of_url(url: &str, kind: Media) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match (ending.as_str(), kind) {
        ("png", _) => "image/png",
        ("gif", _) => "image/gif",
        ("webp", _) => "image/webp",
        ("wav", _) => "audio/wav",
        ("flac", _) => "audio/flac",
        ("ogg", _) => "audio/ogg",
        ("m4a", _) => "audio/mp4",
        ("txt", _) => "text/plain",
        (_, Media::Image) => "image/jpeg",
        (_, Media::Audio) => "audio/mpeg",
        (_, Media::Document) => "application/pdf",
    }
}

/// The error for a part that this API does not accept.
pub fn refuse(provider: &str, kind: &str, why: &str) -> Error {
    Error::new(Kind::Configuration, format!("{provider} does not accept this {kind} part: {why}."))
        .with("provider", provider)
        .with("part", kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::registry::ROWS;
    use serde_json::json;

    fn media(part: &Value) -> (Media, Source<'_>) {
        match read(part) {
            Part::Media { kind, source, .. } => (kind, source),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_spelling_of_an_image_is_read() {
        let data = Source::Data { media: "image/png".into(), data: "AAA=" };
        for part in [
            json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAA="}}),
            json!({"type": "image_url", "image_url": "data:image/png;base64,AAA="}),
            json!({"type": "image", "source": "data:image/png;base64,AAA="}),
            json!({"type": "image", "source": {"data": "AAA=", "mediaType": "image/png"}}),
            json!({"type": "image", "source": {"type": "base64", "data": "AAA=", "media_type": "image/png"}}),
        ] {
            assert_eq!(media(&part), (Media::Image, data.clone()), "{part}");
        }
    }

    #[test]
    fn audio_and_documents_are_distinguished() {
        assert_eq!(
            media(&json!({"type": "input_audio", "input_audio": {"data": "AA", "format": "mp3"}})),
            (Media::Audio, Source::Data { media: "audio/mpeg".into(), data: "AA" })
        );
        assert_eq!(media(&json!({"type": "file", "file": {"file_id": "f1"}})), (Media::Document, Source::File("f1")));
        assert_eq!(
            media(&json!({"type": "document", "source": "https://a.example/b.pdf"})),
            (Media::Document, Source::Url("https://a.example/b.pdf"))
        );
    }

    #[test]
    fn base64_of_a_known_type_is_data_and_other_text_is_refused() {
        let png = json!({"type": "image", "source": "iVBORw0KGgoAAAA="});
        assert_eq!(media(&png).1, Source::Data { media: "image/png".into(), data: "iVBORw0KGgoAAAA=" });
        let said = json!({"type": "audio", "source": "AAAA", "mediaType": "audio/flac"});
        assert_eq!(media(&said).1, Source::Data { media: "audio/flac".into(), data: "AAAA" });
        let told = |part: &Value| check(part, &ROWS[0], || "x".into()).map_err(|error| error.message);
        assert!(told(&png).is_ok() && told(&said).is_ok());
        for source in ["./a.png", "not an address", "AAAA", "data:image/svg+xml,<svg/>"] {
            let message = told(&json!({"type": "image", "source": source})).unwrap_err();
            assert!(message.starts_with("x must be a URL, a data URL"), "{message}");
        }
    }

    #[test]
    fn a_part_of_the_api_passes_unchanged() {
        let part = json!({"type": "video_url", "video_url": {"url": "x"}});
        assert_eq!(read(&part), Part::Native(&part));
    }
}
