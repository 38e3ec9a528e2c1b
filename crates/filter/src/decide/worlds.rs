//! Cases to be told apart: values of several attributes that go together.

use hashbrown::HashMap;
use serde_json::Value as Json;

use crate::path::AttributePath;

use super::effort::{Budget, Undecided};
use super::formula::Atoms;
use super::layout::{Layout, Relation};
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

/// The steps that an attribute of a world takes, whatever is asked.
const LOOKED_UP: usize = 5;

/// The numbers of the worlds, those together which no test of `atoms` tells
/// apart, in the order of the first of each group.
pub(super) fn groups(
    atoms: &Atoms,
    schema: &Schema,
    worlds: &[World],
    budget: &mut Budget,
) -> Result<Vec<Vec<usize>>, Undecided> {
    let mut sorter = Sorter::new(atoms, schema);
    let mut places: HashMap<Vec<(usize, Seen)>, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, world) in worlds.iter().enumerate() {
        budget.spend(LOOKED_UP.saturating_mul(world.order.len()))?;
        let next = groups.len();
        let place = *places.entry(sorter.seen(world, budget)?).or_insert(next);
        match groups.get_mut(place) {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    Ok(groups)
}

/// Finds out what of a world can be told.
struct Sorter<'a> {
    atoms: &'a Atoms,
    tests: Vec<Vec<usize>>,
    /// Whether each attribute may have several values.
    multi_valued: Vec<bool>,
    layouts: Vec<Layout>,
    schema: &'a Schema,
    /// The numbers of combinations of tests, and of those that values meet.
    combinations: HashMap<Vec<bool>, usize>,
    of_value: HashMap<(usize, &'a Json), usize>,
    /// Numbers for attributes that no test is about, but that lie below or
    /// above one that some test is about; none for the others.
    beside: HashMap<&'a AttributePath, Option<usize>>,
}

impl<'a> Sorter<'a> {
    fn new(atoms: &'a Atoms, schema: &'a Schema) -> Self {
        let paths = &atoms.attributes;
        let layouts: Vec<Layout> = paths.iter().map(|path| schema.layout(path)).collect();
        Self {
            atoms,
            tests: atoms.by_attribute(),
            multi_valued: layouts.iter().map(Layout::is_multi_valued).collect(),
            layouts,
            schema,
            combinations: HashMap::new(),
            of_value: HashMap::new(),
            beside: HashMap::new(),
        }
    }

    fn seen(
        &mut self,
        world: &'a World,
        budget: &mut Budget,
    ) -> Result<Vec<(usize, Seen)>, Undecided> {
        let mut seen = Vec::new();
        for path in &world.order {
            let Some(domain) = world.domain(path) else {
                continue;
            };
            let Some(attribute) = self.atoms.number_of(path) else {
                if let Some(number) = self.beside(path) {
                    seen.push((number, Seen::Domain(domain.clone())));
                }
                continue;
            };
            let several = self.multi_valued.get(attribute).copied().unwrap_or(true);
            let (Some(values), false) = (&domain.one_of, several) else {
                seen.push((attribute, Seen::Domain(domain.clone())));
                continue;
            };
            let mut met = Vec::with_capacity(values.len());
            for value in values {
                met.push(self.of_value(attribute, value, budget)?);
            }
            if !domain.required {
                let tests = self.tests.get(attribute).map_or(0, Vec::len);
                met.push(self.combination(vec![false; tests]));
            }
            met.sort_unstable();
            met.dedup();
            seen.push((attribute, Seen::Combinations(met)));
        }
        seen.sort_unstable_by_key(|(number, _)| *number);
        Ok(seen)
    }

    /// The combination of tests that a value meets.
    fn of_value(
        &mut self,
        attribute: usize,
        value: &'a Json,
        budget: &mut Budget,
    ) -> Result<usize, Undecided> {
        if let Some(number) = self.of_value.get(&(attribute, value)) {
            return Ok(*number);
        }
        let tests = self.tests.get(attribute).map_or(&[][..], Vec::as_slice);
        budget.spend(tests.len())?;
        let truths = tests
            .iter()
            .map(|atom| {
                self.atoms
                    .test_of(*atom)
                    .is_some_and(|test| meets(value, test))
            })
            .collect();
        let number = self.combination(truths);
        self.of_value.insert((attribute, value), number);
        Ok(number)
    }

    fn combination(&mut self, truths: Vec<bool>) -> usize {
        let next = self.combinations.len();
        *self.combinations.entry(truths).or_insert(next)
    }

    fn beside(&mut self, path: &'a AttributePath) -> Option<usize> {
        let next = self
            .atoms
            .attributes
            .len()
            .saturating_add(self.beside.len());
        let (schema, layouts) = (self.schema, &self.layouts);
        *self.beside.entry(path).or_insert_with(|| {
            let layout = schema.layout(path);
            let apart = |other: &Layout| {
                other.relation(&layout) == Relation::Apart
                    && layout.relation(other) == Relation::Apart
            };
            (!layouts.iter().all(apart)).then_some(next)
        })
    }
}
