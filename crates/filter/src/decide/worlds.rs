//! Cases to be told apart: values of several attributes that go together.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::path::AttributePath;

use super::formula::Atoms;
use super::schema::{Domain, Schema};
use super::values::meets;

/// A case: attributes whose values go together, such as an event type with the
/// outcomes it can have. What it does not name is as the [`Schema`] has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    domains: HashMap<AttributePath, Domain>,
    /// The attributes in the order they were given.
    order: Vec<AttributePath>,
}

impl World {
    /// A world like any other.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// In this world the attribute has these values.
    #[must_use]
    pub fn with(mut self, path: AttributePath, domain: Domain) -> Self {
        if self.domains.insert(path.clone(), domain).is_none() {
            self.order.push(path);
        }
        self
    }

    pub(super) fn domain(&self, path: &AttributePath) -> Option<&Domain> {
        self.domains.get(path)
    }

    pub(super) fn attributes(&self) -> impl Iterator<Item = &AttributePath> {
        self.order.iter()
    }
}

/// What filters can tell of a world's attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Seen {
    /// Which combinations of tests its values meet, each by its number.
    Combinations(Vec<usize>),
    /// Not worked out: any two different domains may differ.
    Domain(Domain),
}

/// The numbers of the worlds, those together which no test of `atoms` tells
/// apart, in the order of the first of each group.
pub(super) fn groups(atoms: &Atoms, schema: &Schema, worlds: &[World]) -> Vec<Vec<usize>> {
    let tests = atoms.by_attribute();
    let mut combinations: HashMap<Vec<bool>, usize> = HashMap::new();
    let mut of_value: HashMap<(usize, &Json), usize> = HashMap::new();
    let mut places: HashMap<Vec<(usize, Seen)>, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, world) in worlds.iter().enumerate() {
        let mut seen = Vec::new();
        for (attribute, (path, tests)) in atoms.attributes.iter().zip(&tests).enumerate() {
            let Some(domain) = world.domain(path) else {
                continue;
            };
            let combination = |truths: Vec<bool>, all: &mut HashMap<Vec<bool>, usize>| {
                let next = all.len();
                *all.entry(truths).or_insert(next)
            };
            let (Some(values), false) = (&domain.one_of, schema.is_multi_valued(path)) else {
                seen.push((attribute, Seen::Domain(domain.clone())));
                continue;
            };
            let mut met: Vec<usize> = Vec::new();
            for value in values {
                let known = of_value.get(&(attribute, value)).copied();
                met.push(known.unwrap_or_else(|| {
                    let truths = tests
                        .iter()
                        .map(|atom| atoms.test_of(*atom).is_some_and(|test| meets(value, test)));
                    let number = combination(truths.collect(), &mut combinations);
                    of_value.insert((attribute, value), number);
                    number
                }));
            }
            if !domain.required {
                met.push(combination(vec![false; tests.len()], &mut combinations));
            }
            met.sort_unstable();
            met.dedup();
            seen.push((attribute, Seen::Combinations(met)));
        }
        let next = groups.len();
        let place = *places.entry(seen).or_insert(next);
        match groups.get_mut(place) {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    groups
}
