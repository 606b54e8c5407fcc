//! A map from pairs of addresses to numbers. The standard maps would add several times its code to the core's part.

use serde_json::Value;

#[derive(Default)]
pub struct Table {
    /// A power of two, and at most half full. A free slot has the first address 0.
    slots: Vec<(usize, usize, u64)>,
    count: usize,
}

impl Table {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn get(&self, key: (usize, usize)) -> Option<u64> {
        self.slots.get(self.place(key)).filter(|slot| slot.0 != 0).map(|slot| slot.2)
    }

    pub fn set(&mut self, key: (usize, usize), number: u64) {
        if self.count * 2 >= self.slots.len() {
            let size = (self.slots.len() * 2).max(16);
            let old = std::mem::replace(&mut self.slots, vec![(0, 0, 0); size]);
            self.count = 0;
            for (a, b, number) in old.into_iter().filter(|slot| slot.0 != 0) {
                self.set((a, b), number);
            }
        }
        let place = self.place(key);
        if let Some(slot) = self.slots.get_mut(place) {
            self.count += usize::from(slot.0 == 0);
            *slot = (key.0, key.1, number);
        }
    }

    /// The slot of a key, or the one that it would have.
    fn place(&self, (a, b): (usize, usize)) -> usize {
        let last = self.slots.len().wrapping_sub(1);
        let mut hash = (a as u64 ^ (b as u64).rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
        let mut place = (hash.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as usize & last;
        while self.slots.get(place).is_some_and(|slot| slot.0 != 0 && (slot.0, slot.1) != (a, b)) {
            place = (place + 1) & last;
        }
        place
    }
}

/// The key of a value, as long as it is not moved.
pub fn address(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

#[cfg(test)]
mod tests {
    use super::Table;
    use std::collections::BTreeMap;

    #[test]
    fn it_has_what_a_map_has() {
        let (mut table, mut map) = (Table::default(), BTreeMap::new());
        let mut state = 1u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let key = (8 + (state >> 50) as usize * 8, (state >> 40) as usize % 4 * 16);
            assert_eq!(table.get(key), map.get(&key).copied());
            table.set(key, state);
            map.insert(key, state);
            assert_eq!(table.len(), map.len());
        }
        assert!(map.iter().all(|(key, number)| table.get(*key) == Some(*number)));
    }
}
