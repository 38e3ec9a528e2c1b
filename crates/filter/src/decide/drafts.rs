//! One event after the other that a formula allows, each with fewer attributes.

use serde_json::Value as Json;

use super::effort::{Budget, Undecided};
use super::formula::Node;
use super::sat::{Lit, Solver};
use super::scene::Scene;
use super::witness::Draft;

/// A search for one draft after the other, each with fewer attributes.
pub(super) struct Search<'s> {
    scene: &'s Scene<'s>,
    root: Node,
    solver: Solver,
    /// The variable of each atom.
    vars: Vec<usize>,
    /// The atoms that the last draft rests on.
    reason: Vec<(usize, bool)>,
    /// How many attributes the last draft had that need not be there.
    used: usize,
    /// Literals of which the n-th says: more than n attributes are used.
    more_than: Vec<usize>,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        root: &Node,
        scene: &'s Scene<'s>,
        budget: &mut Budget,
    ) -> Result<Self, Undecided> {
        let known = scene.known(budget)?;
        let root = root.reduce(&known, budget)?;
        let mut solver = Solver::default();
        let mut vars = Vec::with_capacity(known.len());
        for value in &known {
            let var = solver.new_var();
            vars.push(var);
            if let Some(positive) = *value {
                solver.add(vec![Lit { var, positive }]);
            }
        }
        if root != Node::Const(true) {
            let lit = Lit::yes(solver.new_var());
            solver.add(vec![lit]);
            root.clauses(lit, &vars, &mut solver);
        }
        scene.relations(&vars, &mut solver, budget)?;
        Ok(Self {
            scene,
            root,
            solver,
            vars,
            reason: Vec::new(),
            used: 0,
            more_than: Vec::new(),
        })
    }

    /// A first draft whose event will do. Where attributes lie within others
    /// some drafts may not; then another is tried, but there is no proof any
    /// more that there is none.
    pub(super) fn first(
        &mut self,
        separates: &impl Fn(&Json) -> bool,
        budget: &mut Budget,
    ) -> Result<Option<(Draft, Json)>, Undecided> {
        let mut failed = None;
        while let Some(draft) = self.next(budget)? {
            match checked(&draft, self.scene, separates) {
                Ok(event) => return Ok(Some((draft, event))),
                Err(reason @ Undecided::Disagreement { .. }) => return Err(reason),
                Err(reason) => failed = Some(reason),
            }
            let reason = std::mem::take(&mut self.reason);
            if reason.is_empty() {
                break;
            }
            self.exclude(&reason);
        }
        failed.map_or(Ok(None), Err)
    }

    /// Not all of these atoms together.
    fn exclude(&mut self, atoms: &[(usize, bool)]) {
        let clause = atoms.iter().filter_map(|(atom, holds)| {
            let var = *self.vars.get(*atom)?;
            Some(Lit {
                var,
                positive: !holds,
            })
        });
        let clause = clause.collect();
        self.solver.add(clause);
    }

    /// The next draft; none where there is no more.
    pub(super) fn next(&mut self, budget: &mut Budget) -> Result<Option<Draft>, Undecided> {
        while self.solver.solve(budget)? {
            let model = |atom: usize| {
                let var = self.vars.get(atom).copied();
                var.and_then(|var| self.solver.value(var)) == Some(true)
            };
            budget.spend(self.scene.atoms.list.len())?;
            let reason = self.root.reason(&model).unwrap_or_default();
            let mut atoms = reason.atoms;
            atoms.sort_unstable();
            atoms.dedup();
            match self.scene.assign(&atoms, budget)? {
                Ok(values) => {
                    let mut used: Vec<usize> = atoms
                        .iter()
                        .filter(|(_, holds)| *holds)
                        .filter_map(|(atom, _)| self.scene.atoms.attribute_of(*atom))
                        .filter(|attribute| !self.scene.is_required(*attribute))
                        .collect();
                    used.sort_unstable();
                    used.dedup();
                    self.used = used.len();
                    self.reason = atoms;
                    return Draft::new(values, self.scene, budget).map(Some);
                }
                Err(conflict) => self.exclude(&conflict),
            }
        }
        Ok(None)
    }

    /// Asks the next draft to have fewer attributes than the last; false where
    /// that had none.
    pub(super) fn demand_fewer(&mut self, budget: &mut Budget) -> bool {
        let Some(most) = self.used.checked_sub(1) else {
            return false;
        };
        if self.more_than.is_empty() {
            self.count();
        }
        let Some(more) = self.more_than.get(most) else {
            return false;
        };
        self.solver.add(vec![Lit::no(*more)]);
        budget.spend(1).is_ok()
    }

    /// A counter of the attributes used, up to as many as the last draft had.
    fn count(&mut self) {
        let width = self.used;
        let mut counts: Vec<usize> = Vec::new();
        for tests in self.scene.optional_tests(&self.root) {
            let used = self.solver.new_var();
            for atom in tests {
                if let Some(var) = self.vars.get(atom) {
                    self.solver.add(vec![Lit::no(*var), Lit::yes(used)]);
                }
            }
            let mut next = Vec::new();
            for n in 0..width {
                let more = self.solver.new_var();
                if let Some(before) = counts.get(n) {
                    self.solver.add(vec![Lit::no(*before), Lit::yes(more)]);
                }
                let clause = vec![Lit::no(used), Lit::yes(more)];
                match n.checked_sub(1).map(|fewer| counts.get(fewer)) {
                    None => self.solver.add(clause),
                    Some(Some(before)) => {
                        self.solver.add([clause, vec![Lit::no(*before)]].concat());
                    }
                    // So many attributes there were not.
                    Some(None) => {}
                }
                next.push(more);
            }
            counts = next;
        }
        self.more_than = counts;
    }
}

/// The event of a draft, once the evaluator agrees on it.
pub(super) fn checked(
    draft: &Draft,
    scene: &Scene<'_>,
    separates: &impl Fn(&Json) -> bool,
) -> Result<Json, Undecided> {
    let event = draft.event(scene);
    if let Some(event) = &event
        && separates(event)
    {
        return Ok(event.clone());
    }
    if let (Some(attribute), None) = (scene.far_back(), &event) {
        return Err(Undecided::FarBack {
            attribute: attribute.clone(),
        });
    }
    Err(match (scene.overlap(), event) {
        (Some((outer, inner)), _) => Undecided::Overlap {
            outer: outer.clone(),
            inner: inner.clone(),
        },
        (None, event) => Undecided::Disagreement {
            event: event.map_or_else(String::new, |event| event.to_string()),
        },
    })
}
