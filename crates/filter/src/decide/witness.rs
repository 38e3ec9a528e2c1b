//! An event that shows what is claimed, made as small as it goes.

use serde_json::Value as Json;

use crate::path::AttributePath;

use super::effort::{Budget, Undecided};
use super::event;
use super::scene::{Attribute, Scene};

/// An event that shows that a filter can be met, or tells two filters apart.
///
/// The evaluator agreed on it before it was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    event: Json,
    values: Vec<(AttributePath, Vec<Json>)>,
}

impl Witness {
    /// The event: an object with what matters, and nothing else.
    #[must_use]
    pub const fn event(&self) -> &Json {
        &self.event
    }

    /// Each attribute that has values, with those values: one, or several in
    /// arrays. Where an attribute is there only by lying above another, it is
    /// not listed.
    #[must_use]
    pub fn values(&self) -> &[(AttributePath, Vec<Json>)] {
        &self.values
    }

    /// The event by itself.
    #[must_use]
    pub fn into_event(self) -> Json {
        self.event
    }
}

/// Values for the attributes of a scene, in its order.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    values: Vec<Vec<Json>>,
}

impl Draft {
    /// With the values given, and what the world has beside them.
    pub(super) fn new(
        mut values: Vec<Vec<Json>>,
        scene: &Scene<'_>,
        budget: &mut Budget,
    ) -> Result<Self, Undecided> {
        for attribute in &scene.beside {
            let needed = attribute.domain.required;
            let value = if needed {
                scene.find(attribute, &[], budget)?
            } else {
                None
            };
            values.push(value.into_iter().collect());
        }
        Ok(Self { values })
    }

    pub(super) fn event(&self, scene: &Scene<'_>) -> Option<Json> {
        let values = self.values.iter().map(Vec::as_slice);
        let layouts = attributes(scene).map(|attribute| &attribute.layout);
        event::build(layouts.clone().zip(values), layouts)
    }

    pub(super) fn finish(self, event: Json, scene: &Scene<'_>) -> Witness {
        let paths = attributes(scene).map(|attribute| attribute.path.clone());
        let values = paths.zip(self.values);
        Witness {
            event,
            values: values.filter(|(_, values)| !values.is_empty()).collect(),
        }
    }

    /// Takes away, and puts smaller values in place of others, as long as
    /// `separates` says that the event still will do.
    pub(super) fn shrink(
        &mut self,
        scene: &Scene<'_>,
        separates: &impl Fn(&Json) -> bool,
        budget: &mut Budget,
    ) -> Result<(), Undecided> {
        for (number, attribute) in scene.attributes.iter().enumerate() {
            let Some(mut values) = self.values.get(number).cloned() else {
                continue;
            };
            if attribute.domain.is_fixed() {
                continue;
            }
            // From the last to the first value: without it?
            let least = usize::from(attribute.domain.required);
            let mut at = values.len();
            while let Some(last) = at.checked_sub(1) {
                at = last;
                if values.len() > least {
                    let value = values.remove(at);
                    if !self.try_values(number, &values, scene, separates, budget)? {
                        values.insert(at, value);
                    }
                }
            }
            if values.is_empty() {
                continue;
            }
            for candidate in self.candidates(number, attribute, scene, budget)? {
                for at in 0..values.len() {
                    let mut smaller = values.clone();
                    let Some(slot) = smaller.get_mut(at) else {
                        continue;
                    };
                    if size(&candidate) >= size(slot) {
                        continue;
                    }
                    *slot = candidate.clone();
                    if self.try_values(number, &smaller, scene, separates, budget)? {
                        values = smaller;
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps the values if they will do.
    fn try_values(
        &mut self,
        number: usize,
        values: &[Json],
        scene: &Scene<'_>,
        separates: &impl Fn(&Json) -> bool,
        budget: &mut Budget,
    ) -> Result<bool, Undecided> {
        budget.spend(scene.atoms.list.len().saturating_add(20))?;
        let mut other = self.clone();
        if let Some(slot) = other.values.get_mut(number) {
            *slot = values.to_vec();
        }
        let fits = other.event(scene).is_some_and(|event| separates(&event));
        if fits {
            *self = other;
        }
        Ok(fits)
    }

    /// Small values, each of which meets one test; the smallest first.
    fn candidates(
        &self,
        number: usize,
        attribute: &Attribute<'_>,
        scene: &Scene<'_>,
        budget: &mut Budget,
    ) -> Result<Vec<Json>, Undecided> {
        let largest = self
            .values
            .get(number)
            .into_iter()
            .flatten()
            .map(size)
            .max();
        let mut candidates = Vec::new();
        candidates.extend(scene.find(attribute, &[], budget)?);
        for atom in scene.tests_of(number).iter().take(CANDIDATES) {
            candidates.extend(scene.find(attribute, &[(*atom, true)], budget)?);
        }
        candidates.retain(|candidate| Some(size(candidate)) < largest);
        candidates.sort_by_key(size);
        candidates.dedup();
        Ok(candidates)
    }
}

/// No more tests are asked for smaller values.
const CANDIDATES: usize = 64;

fn attributes<'s, 'a>(scene: &'s Scene<'a>) -> impl Iterator<Item = &'s Attribute<'a>> + Clone {
    scene.attributes.iter().chain(&scene.beside)
}

/// What counts as small: few characters, no object, nothing empty.
fn size(value: &Json) -> (bool, usize) {
    let text = value.to_string();
    (value.is_object() || text == "\"\"", text.chars().count())
}
