//! The attributes that filters speak of, and which values they can have.

use std::borrow::Cow;

use crate::path::AttributePath;
use crate::tree::Test;

use super::effort::{Budget, Undecided};
use super::formula::{Atoms, Node};
use super::layout::{Layout, Relation};
use super::sat::{Lit, Solver};
use super::schema::{Domain, Kind, Schema};
use super::values::meets;
use super::worlds::World;

/// What is known of each attribute, in one world.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) atoms: &'a Atoms,
    pub(super) attributes: Vec<Attribute<'a>>,
    /// What the world has beside them.
    pub(super) beside: Vec<Attribute<'a>>,
}

#[derive(Debug)]
pub(super) struct Attribute<'a> {
    /// Its number; none beside the attributes that filters speak of.
    pub(super) number: Option<usize>,
    /// Whether its domain is that of the schema.
    pub(super) by_schema: bool,
    pub(super) path: &'a AttributePath,
    pub(super) domain: Cow<'a, Domain>,
    pub(super) layout: Layout,
    pub(super) multi_valued: bool,
    /// The atoms that test it.
    tests: Vec<usize>,
    /// The attributes that mean any element where this one picks one: what
    /// they do not have, it does not have.
    pub(super) any_of: Vec<usize>,
    /// The attributes that it lies below.
    above: Vec<usize>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        atoms: &'a Atoms,
        schema: &'a Schema,
        world: Option<&'a World>,
        budget: &mut Budget,
    ) -> Result<Self, Undecided> {
        let count = atoms.attributes.len();
        budget.spend(atoms.list.len().saturating_add(count.saturating_mul(count)))?;
        let tests = atoms.by_attribute();
        let describe = |path: &'a AttributePath, tests: Vec<usize>, number: Option<usize>| {
            let domain = world.and_then(|world| world.domain(path));
            let layout = schema.layout(path);
            Attribute {
                number,
                by_schema: domain.is_none(),
                path,
                domain: Cow::Borrowed(domain.unwrap_or_else(|| schema.domain(path))),
                multi_valued: layout.is_multi_valued(),
                layout,
                tests,
                any_of: Vec::new(),
                above: Vec::new(),
            }
        };
        let paths = atoms.attributes.iter();
        let mut attributes: Vec<Attribute<'_>> = paths
            .zip(tests)
            .enumerate()
            .map(|(number, (path, tests))| describe(path, tests, Some(number)))
            .collect();
        let mut beside: Vec<Attribute<'_>> = world
            .into_iter()
            .flat_map(World::attributes)
            .filter(|path| atoms.number_of(path).is_none())
            .map(|path| describe(path, Vec::new(), None))
            .collect();
        relate(&mut attributes, &mut beside);
        Ok(Self {
            atoms,
            attributes,
            beside,
        })
    }

    /// An attribute that picks an element too far back.
    pub(super) fn far_back(&self) -> Option<&'a AttributePath> {
        let mut all = self.attributes.iter().chain(&self.beside);
        let found = all.find(|attribute| attribute.layout.is_far_back())?;
        Some(found.path)
    }

    /// Two attributes that lie within each other, if there are any.
    pub(super) fn overlap(&self) -> Option<(&'a AttributePath, &'a AttributePath)> {
        let all = self.attributes.iter().chain(&self.beside);
        all.into_iter().find_map(|inner| {
            let outer = inner.above.first().or(inner.any_of.first())?;
            Some((self.attributes.get(*outer)?.path, inner.path))
        })
    }

    /// The atoms that all values of their attribute agree on.
    pub(super) fn known(&self, budget: &mut Budget) -> Result<Vec<Option<bool>>, Undecided> {
        let mut known = vec![None; self.atoms.list.len()];
        for attribute in &self.attributes {
            let (Some(values), false) = (&attribute.domain.one_of, attribute.multi_valued) else {
                continue;
            };
            for atom in &attribute.tests {
                budget.spend(values.len().saturating_add(1))?;
                let Some(test) = self.atoms.test_of(*atom) else {
                    continue;
                };
                let mut truths = values.iter().map(|value| meets(value, test));
                let absent = (!attribute.domain.required).then_some(false);
                let first = absent.or_else(|| truths.next());
                if truths.all(|truth| Some(truth) == first)
                    && let Some(slot) = known.get_mut(*atom)
                {
                    *slot = first;
                }
            }
        }
        Ok(known)
    }

    /// What follows from attributes that lie within others, as clauses.
    pub(super) fn relations(
        &self,
        vars: &[usize],
        solver: &mut Solver,
        budget: &mut Budget,
    ) -> Result<(), Undecided> {
        for inner in self.attributes.iter().chain(&self.beside) {
            for outer in &inner.above {
                if let Some(outer) = self.attributes.get(*outer) {
                    budget.spend(inner.tests.len().saturating_mul(outer.tests.len()))?;
                    self.lies_below(outer, inner, vars, solver);
                }
            }
            for outer in &inner.any_of {
                let Some(outer) = self.attributes.get(*outer) else {
                    continue;
                };
                budget.spend(inner.tests.len().saturating_mul(outer.tests.len()))?;
                for (any, test) in self.tests(outer) {
                    for (one, _) in self.tests(inner).filter(|(_, other)| *other == test) {
                        solver.add(vec![no(vars, one), Lit::yes(no(vars, any).var)]);
                    }
                }
            }
        }
        Ok(())
    }

    /// With a value of `inner`, `outer` is an object: it is present, and where
    /// it can be nothing else besides, it meets no comparison.
    fn lies_below(
        &self,
        outer: &Attribute<'a>,
        inner: &Attribute<'a>,
        vars: &[usize],
        solver: &mut Solver,
    ) {
        for (above, test) in self.tests(outer) {
            let follows = match test {
                Test::Present => Lit::yes(no(vars, above).var),
                Test::Value(..) if outer.multi_valued => continue,
                Test::Value(..) => no(vars, above),
            };
            if inner.domain.required {
                solver.add(vec![follows]);
            }
            for (below, _) in self.tests(inner) {
                solver.add(vec![no(vars, below), follows]);
            }
        }
    }

    fn tests<'s>(
        &'s self,
        attribute: &'s Attribute<'_>,
    ) -> impl Iterator<Item = (usize, &'s Test)> {
        let tests = attribute.tests.iter();
        tests.filter_map(|atom| Some((*atom, self.atoms.test_of(*atom)?)))
    }

    /// For each attribute that need not be there: its tests in the formula.
    pub(super) fn optional_tests(&self, root: &Node) -> Vec<Vec<usize>> {
        let mut left = vec![false; self.atoms.list.len()];
        mark(root, &mut left);
        self.attributes
            .iter()
            .filter(|attribute| !attribute.domain.required)
            .map(|attribute| {
                let tests = attribute.tests.iter().copied();
                tests
                    .filter(|atom| left.get(*atom).copied().unwrap_or_default())
                    .collect()
            })
            .filter(|tests: &Vec<usize>| !tests.is_empty())
            .collect()
    }

    /// Whether every event has a value of that attribute.
    pub(super) fn is_required(&self, attribute: usize) -> bool {
        let attribute = self.attributes.get(attribute);
        attribute.is_some_and(|attribute| attribute.domain.required)
    }

    /// The tests of one attribute, by its number.
    pub(super) fn tests_of(&self, attribute: usize) -> &[usize] {
        self.attributes
            .get(attribute)
            .map_or(&[], |attribute| &attribute.tests)
    }
}

/// That an atom does not hold.
fn no(vars: &[usize], atom: usize) -> Lit {
    Lit::no(vars.get(atom).copied().unwrap_or(usize::MAX))
}

fn mark(node: &Node, atoms: &mut [bool]) {
    match node {
        Node::Const(_) => {}
        Node::Leaf { atom, .. } => {
            if let Some(slot) = atoms.get_mut(*atom) {
                *slot = true;
            }
        }
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| mark(node, atoms)),
    }
}

/// Notes for each attribute which ones it lies within, and lets those prefer
/// to be objects.
fn relate<'a>(attributes: &mut [Attribute<'a>], beside: &mut [Attribute<'a>]) {
    let layouts: Vec<Layout> = attributes
        .iter()
        .map(|attribute| attribute.layout.clone())
        .collect();
    let mut holds_others = vec![false; layouts.len()];
    for inner in attributes.iter_mut().chain(beside) {
        for (number, outer) in layouts.iter().enumerate() {
            match outer.relation(&inner.layout) {
                // Itself.
                _ if inner.number == Some(number) => {}
                Relation::Apart => {}
                Relation::Above => {
                    inner.above.push(number);
                    if let Some(slot) = holds_others.get_mut(number) {
                        *slot = true;
                    }
                }
                Relation::AnyOf => inner.any_of.push(number),
            }
        }
    }
    for (attribute, holds_others) in attributes.iter_mut().zip(holds_others) {
        if holds_others && attribute.domain.kinds.contains(&Kind::Object) {
            let domain = attribute.domain.to_mut();
            domain.kinds.sort_by_key(|kind| *kind != Kind::Object);
        }
    }
}
