//! Names of response models and definitions.

use serde_json::{Map, Value};

/// The name, with underscores appended while a definition has it.
pub fn free(defs: &Map<String, Value>, name: &str) -> String {
    let mut name = name.to_owned();
    while defs.contains_key(&name) {
        name.push('_');
    }
    name
}

/// A name that every API accepts. A name without ASCII letters and digits becomes a hash, so that different names stay
/// different and a name is the same in every call.
pub fn sanitise(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() {
        return "Response".to_owned();
    }
    if !name.chars().all(allowed) && !name.contains(|c: char| c.is_ascii_alphanumeric()) {
        // FNV-1a.
        let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        return ["Response_", &hash.to_string()].concat();
    }
    name.chars().take(64).map(|c| if allowed(c) { c } else { '_' }).collect()
}
