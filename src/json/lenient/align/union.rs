//! Selects the branch of a union that fits best; none if two fit equally well with different results.

use super::Align;
use super::kinds::admits;
use crate::json::lenient::coercion::Coercion;
use serde_json::Value;

impl<'a> Align<'a> {
    /// Charges `times` copies of a value, and returns whether the allowance covers them.
    pub(super) fn affords(&mut self, value: &Value, times: usize) -> bool {
        let cost = size(value, self.copies).saturating_mul(times);
        let affords = cost <= self.copies;
        self.copies = self.copies.saturating_sub(cost);
        affords
    }

    pub(super) fn union(&mut self, value: Value, branches: &'a [Value], depth: usize) -> (Value, u32) {
        let noted = self.made.len();
        // (misfits, number of coercions, value, coercions); `tied`: another branch fits as well with a different result.
        let mut best: Option<(u32, usize, Value, Vec<Coercion>)> = None;
        let mut tied = false;
        // Branches of the value's own type first: a value that fits unchanged needs no other branch.
        let (own, other): (Vec<&Value>, Vec<&Value>) =
            branches.iter().partition(|branch| admits(self.resolve(branch), &value));
        for branch in own.into_iter().chain(other) {
            if !self.affords(&value, 1) {
                tied = true;
                break;
            }
            let (candidate, mut misfits) = self.value(value.clone(), branch, depth + 1);
            let made = self.made.split_off(noted);
            // A constant may be given by its title.
            let candidate = match (misfits, self.titled(&value, branch)) {
                (1.., Some(constant)) => {
                    misfits = 0;
                    constant
                }
                _ => candidate,
            };
            let better = match &best {
                None => true,
                Some((least, count, known, _)) => match (misfits, made.len()).cmp(&(*least, *count)) {
                    std::cmp::Ordering::Less => true,
                    std::cmp::Ordering::Equal => {
                        tied |= !made.is_empty() && *known != candidate;
                        false
                    }
                    std::cmp::Ordering::Greater => false,
                },
            };
            if better {
                tied = false;
                let done = misfits == 0 && made.is_empty() && candidate == value;
                best = Some((misfits, made.len(), candidate, made));
                if done {
                    break;
                }
            }
        }
        match best {
            Some((misfits, _, candidate, made)) if !tied => {
                if made.is_empty() && candidate != value {
                    self.note(&value, &candidate, "read as the constant of this title");
                }
                self.made.extend(made);
                (candidate, misfits)
            }
            Some((misfits, ..)) => (value, misfits + 1),
            None => (value, 1),
        }
    }
}

/// The number of values in `value`; counting stops soon after `most`.
fn size(value: &Value, most: usize) -> usize {
    let mut sum = 1;
    let mut add = |inner: &Value| {
        sum += if sum > most { 0 } else { size(inner, most - sum.min(most)) };
    };
    match value {
        Value::Array(items) => items.iter().for_each(&mut add),
        Value::Object(members) => members.values().for_each(&mut add),
        Value::String(text) => sum += text.len() / 64,
        _ => {}
    }
    sum
}
