//! Is there an event that meets some filters and not others?

use serde_json::Value as Json;

use crate::tree::{Comparison, Expr, Test};
use crate::value::Value;

use super::effort::{Budget, Undecided};
use super::formula::{Atoms, Node, Placeholders};
use super::sat::{Lit, Solver};
use super::scene::Scene;
use super::schema::Schema;
use super::witness::{Draft, Witness};
use super::worlds::World;

/// Filters that an event is to meet, and filters that it is not to meet.
#[derive(Debug)]
pub(super) struct Question {
    filled: Prepared,
    /// With placeholders free, if there are any.
    free: Option<Prepared>,
    /// A placeholder, to name where one is in the way.
    placeholder: Option<String>,
    yes: Vec<Expr>,
    no: Vec<Expr>,
}

#[derive(Debug)]
struct Prepared {
    atoms: Atoms,
    root: Node,
}

/// How small the event is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// Any will do: only whether there is one matters.
    Any,
    Small,
}

impl Question {
    pub(super) fn new<'e>(
        yes: impl IntoIterator<Item = &'e Expr>,
        no: impl IntoIterator<Item = &'e Expr>,
    ) -> Self {
        let yes: Vec<&Expr> = yes.into_iter().collect();
        let no: Vec<&Expr> = no.into_iter().collect();
        let placeholder = yes.iter().chain(&no).find_map(|expr| placeholder(expr));
        let filled: [Vec<Expr>; 2] =
            [&yes, &no].map(|exprs| exprs.iter().map(|expr| fill(expr)).collect());
        let [filled_yes, filled_no] = filled;
        Self {
            filled: Prepared::new(&filled_yes, &filled_no, Placeholders::Unusable),
            free: placeholder
                .is_some()
                .then(|| Prepared::new(yes, no, Placeholders::Free)),
            placeholder,
            yes: filled_yes,
            no: filled_no,
        }
    }

    /// The comparisons asked about, placeholders filled in.
    pub(super) fn atoms(&self) -> &Atoms {
        &self.filled.atoms
    }

    /// An event that is as asked; none where there is none.
    pub(super) fn answer(
        &self,
        schema: &Schema,
        world: Option<&World>,
        size: Size,
        budget: &mut Budget,
    ) -> Result<Option<Witness>, Undecided> {
        if let Some(free) = &self.free {
            let scene = Scene::new(&free.atoms, schema, world);
            if free.first_draft(&scene, budget)?.is_none() {
                return Ok(None);
            }
        }
        let scene = Scene::new(&self.filled.atoms, schema, world);
        let mut search = Search::new(&self.filled.root, &scene, budget)?;
        let separates = |event: &Json| self.separates(event);
        let Some(mut best) = search.next(budget)? else {
            return match &self.placeholder {
                Some(text) => Err(Undecided::Placeholder { text: text.clone() }),
                None => Ok(None),
            };
        };
        let mut event = checked(&best, &scene, &separates)?;
        if size == Size::Small {
            // Out of breath, the event found so far is an answer all the same.
            let _ = budget.within(2, |budget| {
                while search.demand_fewer(&scene, budget)
                    && let Some(draft) = search.next(budget)?
                {
                    event = checked(&draft, &scene, &separates)?;
                    best = draft;
                }
                best.shrink(&scene, &separates, budget)
            });
            event = checked(&best, &scene, &separates)?;
        }
        Ok(Some(best.finish(event, &scene)))
    }

    /// What the evaluator says of an event.
    fn separates(&self, event: &Json) -> bool {
        self.yes
            .iter()
            .all(|expr| expr.matches(event) == Some(true))
            && self
                .no
                .iter()
                .all(|expr| expr.matches(event) == Some(false))
    }
}

/// The event of a draft, once the evaluator agrees on it.
fn checked(
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

impl Prepared {
    fn new<'e>(
        yes: impl IntoIterator<Item = &'e Expr>,
        no: impl IntoIterator<Item = &'e Expr>,
        placeholders: Placeholders,
    ) -> Self {
        let mut atoms = Atoms::new(placeholders);
        let mut nodes = Vec::new();
        for expr in yes {
            nodes.push(atoms.formula(expr, true));
        }
        for expr in no {
            nodes.push(atoms.formula(expr, false));
        }
        Self {
            atoms,
            root: Node::All(nodes),
        }
    }

    fn first_draft(
        &self,
        scene: &Scene<'_>,
        budget: &mut Budget,
    ) -> Result<Option<Draft>, Undecided> {
        Search::new(&self.root, scene, budget)?.next(budget)
    }
}

/// A search for one draft after the other, each with fewer attributes.
struct Search<'s> {
    scene: &'s Scene<'s>,
    root: Node,
    solver: Solver,
    /// The variable of each atom.
    vars: Vec<usize>,
    /// How many attributes the last draft had that need not be there.
    used: usize,
    /// Literals of which the n-th says: more than n attributes are used.
    more_than: Vec<usize>,
}

impl<'s> Search<'s> {
    fn new(root: &Node, scene: &'s Scene<'s>, budget: &mut Budget) -> Result<Self, Undecided> {
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
        scene.relations(&vars, &mut solver);
        Ok(Self {
            scene,
            root,
            solver,
            vars,
            used: 0,
            more_than: Vec::new(),
        })
    }

    /// The next draft; none where there is no more.
    fn next(&mut self, budget: &mut Budget) -> Result<Option<Draft>, Undecided> {
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
                    return Draft::new(values, self.scene, budget).map(Some);
                }
                Err(conflict) => {
                    let clause = conflict.iter().filter_map(|(atom, holds)| {
                        let var = *self.vars.get(*atom)?;
                        Some(Lit {
                            var,
                            positive: !holds,
                        })
                    });
                    let clause = clause.collect();
                    self.solver.add(clause);
                }
            }
        }
        Ok(None)
    }

    /// Asks the next draft to have fewer attributes than the last; false where
    /// that had none.
    fn demand_fewer(&mut self, scene: &Scene<'_>, budget: &mut Budget) -> bool {
        let Some(most) = self.used.checked_sub(1) else {
            return false;
        };
        if self.more_than.is_empty() {
            self.count(scene);
        }
        let Some(more) = self.more_than.get(most) else {
            return false;
        };
        self.solver.add(vec![Lit::no(*more)]);
        budget.spend(1).is_ok()
    }

    /// A counter of the attributes used, up to as many as the last draft had.
    fn count(&mut self, scene: &Scene<'_>) {
        let width = self.used;
        let mut counts: Vec<usize> = Vec::new();
        for tests in scene.optional_tests(&self.root) {
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

/// A placeholder within, as it is written.
fn placeholder(expr: &Expr) -> Option<String> {
    expr.walk()
        .find(|part| part.children().is_empty() && part.has_placeholder())
        .map(ToString::to_string)
}

/// With the text of each placeholder for its value: one way to fill them in.
fn fill(expr: &Expr) -> Expr {
    expr.clone().map_comparisons(|comparison| {
        let test = match comparison.test {
            Test::Value(operator, Value::Placeholder(placeholder)) => {
                Test::Value(operator, Value::from(placeholder.as_str()))
            }
            test => test,
        };
        Comparison { test, ..comparison }.into()
    })
}
