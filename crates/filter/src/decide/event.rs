//! From values of attributes to an event.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::layout::{LONGEST, Layout, Relation, Step};

/// An event in which each attribute has just these values; none where they do
/// not go together.
pub(super) fn build<'a>(
    values: impl IntoIterator<Item = (&'a Layout, &'a [Json])>,
    all: impl IntoIterator<Item = &'a Layout>,
) -> Option<Json> {
    let mut reserved = HashMap::new();
    for layout in all {
        reserve(layout.steps(), &mut reserved);
    }
    let mut values: Vec<(&Layout, &[Json])> = values.into_iter().collect();
    // What lies deep first: an object that is there needs no other to stand in.
    values.sort_by_key(|(layout, _)| std::cmp::Reverse(layout.steps().len()));
    let mut event = Json::Object(Map::new());
    for (layout, list) in &values {
        // Elements that are no objects come after those that are.
        let below = values
            .iter()
            .filter(|(other, _)| layout.relation(other) == Relation::Above);
        let objects = below.map(|(_, list)| list.len()).max().unwrap_or_default();
        for (place, value) in list.iter().enumerate() {
            let first = if value.is_object() { 0 } else { objects };
            put(
                &mut event,
                layout.steps(),
                first.saturating_add(place),
                &reserved,
                value,
            )?;
        }
    }
    Some(event)
}

/// Elements that some attribute picks by index are for that one only: what may
/// lie in any element comes after them.
fn reserve<'a>(steps: &'a [Step], reserved: &mut HashMap<&'a [Step], usize>) {
    for (at, step) in steps.iter().enumerate() {
        if let (Step::Element(Some(index)), Some(array)) = (step, steps.get(..at)) {
            let first = reserved.entry(array).or_default();
            *first = (*first).max(index.saturating_add(1));
        }
    }
}

fn put(
    mut node: &mut Json,
    steps: &[Step],
    mut place: usize,
    reserved: &HashMap<&[Step], usize>,
    value: &Json,
) -> Option<()> {
    for (at, step) in steps.iter().enumerate() {
        node = match step {
            Step::Member(name) => {
                if node.is_null() {
                    *node = Json::Object(Map::new());
                }
                node.as_object_mut()?
                    .entry(name.clone())
                    .or_insert(Json::Null)
            }
            Step::Element(index) => {
                if node.is_null() {
                    *node = Json::Array(Vec::new());
                }
                let index = index.unwrap_or_else(|| {
                    let first = steps.get(..at).and_then(|array| reserved.get(array));
                    // Of arrays within arrays only the outermost is filled.
                    first
                        .copied()
                        .unwrap_or_default()
                        .saturating_add(std::mem::take(&mut place))
                });
                let elements = node.as_array_mut()?;
                if index >= LONGEST {
                    return None;
                }
                if index >= elements.len() {
                    elements.resize(index.saturating_add(1), Json::Null);
                }
                elements.get_mut(index)?
            }
        };
    }
    match (&*node, value) {
        (Json::Null, _) => *node = value.clone(),
        (Json::Object(_), Json::Object(_)) => {}
        (there, value) if there == value => {}
        _ => return None,
    }
    Some(())
}
