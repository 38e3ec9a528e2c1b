//! What is to hold of an event, as a formula over comparisons.

use std::cell::RefCell;

use hashbrown::HashMap;
use serde_json::Value as Json;

use crate::path::AttributePath;
use crate::tree::{Comparison, Expr, ExprKind, Test};
use crate::value::Value;

use super::effort::{Budget, Undecided};
use super::sat::{Lit, Solver};

/// A comparison, or something whose truth is free.
#[derive(Clone, Debug)]
pub(super) enum Atom {
    /// It holds or not, whatever the event: it depends on a placeholder.
    Free,
    /// A test of the attribute of that number.
    Test { attribute: usize, test: Test },
}

/// How to take what depends on a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placeholders {
    /// It may hold or not: what follows then, follows whatever is filled in.
    Free,
    /// Nothing may rest on it. Values were filled in before.
    Unusable,
}

/// A formula without negation but of atoms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Const(bool),
    /// The atom of that number is to hold, or not.
    Leaf {
        atom: usize,
        holds: bool,
    },
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// The attributes and comparisons that filters speak of.
#[derive(Debug)]
pub(super) struct Atoms {
    placeholders: Placeholders,
    pub(super) attributes: Vec<AttributePath>,
    pub(super) list: Vec<Atom>,
    attribute_numbers: HashMap<AttributePath, usize>,
    test_numbers: HashMap<(usize, Test), usize>,
    free_numbers: HashMap<Expr, usize>,
    /// Values found for an attribute as the schema has it, by the atoms that
    /// were to hold or not. A question goes by one schema.
    pub(super) values: RefCell<HashMap<Combination, Option<Json>>>,
}

/// An attribute, and the atoms that are to hold or not.
type Combination = (usize, Vec<(usize, bool)>);

impl Atoms {
    pub(super) fn new(placeholders: Placeholders) -> Self {
        Self {
            placeholders,
            attributes: Vec::new(),
            list: Vec::new(),
            attribute_numbers: HashMap::new(),
            test_numbers: HashMap::new(),
            free_numbers: HashMap::new(),
            values: RefCell::default(),
        }
    }

    /// That `expr` is met, or not.
    pub(super) fn formula(&mut self, expr: &Expr, met: bool) -> Node {
        let (terms, all) = match &expr.kind {
            ExprKind::Comparison(comparison) => return self.leaf(expr, comparison, met),
            ExprKind::Placeholder(_) => return self.free(expr, met),
            ExprKind::Not(inner) => return self.formula(inner, !met),
            ExprKind::And(terms) => (terms, met),
            ExprKind::Or(terms) => (terms, !met),
        };
        let mut nodes = Vec::with_capacity(terms.len());
        for term in terms {
            nodes.push(self.formula(term, met));
        }
        if all {
            Node::All(nodes)
        } else {
            Node::Any(nodes)
        }
    }

    fn leaf(&mut self, expr: &Expr, comparison: &Comparison, holds: bool) -> Node {
        let depends = match self.placeholders {
            Placeholders::Free => comparison.has_placeholder(),
            Placeholders::Unusable => {
                comparison.path.has_placeholder()
                    || matches!(comparison.value(), Some(Value::Placeholder(_)))
            }
        };
        if depends {
            return self.free(expr, holds);
        }
        let path = &comparison.path;
        let attribute = match self.attribute_numbers.get(path) {
            Some(number) => *number,
            None => {
                let number = self.attributes.len();
                self.attributes.push(path.clone());
                self.attribute_numbers.insert(path.clone(), number);
                number
            }
        };
        let next = self.list.len();
        let test = &comparison.test;
        let atom = *self
            .test_numbers
            .entry((attribute, test.clone()))
            .or_insert(next);
        if atom == next {
            self.list.push(Atom::Test {
                attribute,
                test: test.clone(),
            });
        }
        Node::Leaf { atom, holds }
    }

    fn free(&mut self, expr: &Expr, holds: bool) -> Node {
        if self.placeholders == Placeholders::Unusable {
            return Node::Const(false);
        }
        let next = self.list.len();
        let atom = *self.free_numbers.entry(expr.clone()).or_insert(next);
        if atom == next {
            self.list.push(Atom::Free);
        }
        Node::Leaf { atom, holds }
    }

    /// The number of an attribute.
    pub(super) fn number_of(&self, path: &AttributePath) -> Option<usize> {
        self.attribute_numbers.get(path).copied()
    }

    /// The attribute that an atom tests.
    pub(super) fn attribute_of(&self, atom: usize) -> Option<usize> {
        match self.list.get(atom)? {
            Atom::Free => None,
            Atom::Test { attribute, .. } => Some(*attribute),
        }
    }

    pub(super) fn test_of(&self, atom: usize) -> Option<&Test> {
        match self.list.get(atom)? {
            Atom::Free => None,
            Atom::Test { test, .. } => Some(test),
        }
    }

    /// The tests of each attribute, by number.
    pub(super) fn by_attribute(&self) -> Vec<Vec<usize>> {
        let mut atoms = vec![Vec::new(); self.attributes.len()];
        for (number, atom) in self.list.iter().enumerate() {
            if let Atom::Test { attribute, .. } = atom
                && let Some(list) = atoms.get_mut(*attribute)
            {
                list.push(number);
            }
        }
        atoms
    }
}

impl Node {
    /// What is left where some atoms are known.
    pub(super) fn reduce(
        &self,
        known: &[Option<bool>],
        budget: &mut Budget,
    ) -> Result<Self, Undecided> {
        budget.spend(1)?;
        let (nodes, all) = match self {
            Self::Const(_) => return Ok(self.clone()),
            Self::Leaf { atom, holds } => {
                return Ok(match known.get(*atom).copied().flatten() {
                    Some(value) => Self::Const(value == *holds),
                    None => self.clone(),
                });
            }
            Self::All(nodes) => (nodes, true),
            Self::Any(nodes) => (nodes, false),
        };
        let mut left = Vec::new();
        for node in nodes {
            match node.reduce(known, budget)? {
                Self::Const(value) if value == all => {}
                Self::Const(value) => return Ok(Self::Const(value)),
                node => left.push(node),
            }
        }
        Ok(match (left.len(), all) {
            (0, _) => Self::Const(all),
            (1, _) => left.pop().unwrap_or(Self::Const(all)),
            (_, true) => Self::All(left),
            (_, false) => Self::Any(left),
        })
    }

    /// Adds clauses that make the formula true where `lit` is.
    pub(super) fn clauses(&self, lit: Lit, vars: &[usize], solver: &mut Solver) {
        let unless = Lit {
            positive: !lit.positive,
            ..lit
        };
        match self {
            Self::Const(true) => {}
            Self::Const(false) => solver.add(vec![unless]),
            Self::Leaf { .. } => {
                let only = self.literal(vars, solver);
                solver.add(vec![unless, only]);
            }
            Self::All(nodes) => {
                for node in nodes {
                    let part = node.literal(vars, solver);
                    solver.add(vec![unless, part]);
                }
            }
            Self::Any(nodes) => {
                let mut clause = vec![unless];
                for node in nodes {
                    clause.push(node.literal(vars, solver));
                }
                solver.add(clause);
            }
        }
    }

    /// A literal that makes the formula true.
    fn literal(&self, vars: &[usize], solver: &mut Solver) -> Lit {
        if let Self::Leaf { atom, holds } = self
            && let Some(var) = vars.get(*atom)
        {
            return Lit {
                var: *var,
                positive: *holds,
            };
        }
        let lit = Lit::yes(solver.new_var());
        self.clauses(lit, vars, solver);
        lit
    }

    /// Atoms with values that make the formula true by themselves, taken from
    /// `model`, with as few that hold as can be told at once. None where the
    /// formula is not true.
    pub(super) fn reason(&self, model: &impl Fn(usize) -> bool) -> Option<Reason> {
        match self {
            Self::Const(value) => value.then(Reason::default),
            Self::Leaf { atom, holds } => (model(*atom) == *holds).then(|| Reason {
                holding: usize::from(*holds),
                atoms: vec![(*atom, *holds)],
            }),
            Self::All(nodes) => {
                let mut whole = Reason::default();
                for node in nodes {
                    let part = node.reason(model)?;
                    whole.holding = whole.holding.saturating_add(part.holding);
                    whole.atoms.extend(part.atoms);
                }
                Some(whole)
            }
            Self::Any(nodes) => nodes
                .iter()
                .filter_map(|node| node.reason(model))
                .min_by_key(|reason| (reason.holding, reason.atoms.len())),
        }
    }
}

/// Why a formula is true.
#[derive(Debug, Default)]
pub(super) struct Reason {
    /// How many atoms hold.
    pub(super) holding: usize,
    /// The atoms, and whether they hold; some may come twice.
    pub(super) atoms: Vec<(usize, bool)>,
}
