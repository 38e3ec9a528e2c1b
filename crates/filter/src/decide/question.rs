//! Is there an event that meets some filters and not others?

use serde_json::Value as Json;

use crate::tree::{Comparison, Expr, Test};
use crate::value::Value;

use super::drafts::{Search, checked};
use super::effort::{Budget, Undecided};
use super::formula::{Atoms, Node, Placeholders};
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
            let scene = Scene::new(&free.atoms, schema, world, budget)?;
            if free.first_draft(&scene, budget)?.is_none() {
                return Ok(None);
            }
        }
        let scene = Scene::new(&self.filled.atoms, schema, world, budget)?;
        let mut search = Search::new(&self.filled.root, &scene, budget)?;
        let separates = |event: &Json| self.separates(event);
        let Some((mut best, mut event)) = search.first(&separates, budget)? else {
            return match &self.placeholder {
                Some(text) => Err(Undecided::Placeholder { text: text.clone() }),
                None => Ok(None),
            };
        };
        if size == Size::Small {
            // Out of breath, the event found so far is an answer all the same.
            let _ = budget.within(2, |budget| {
                while search.demand_fewer(budget)
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
