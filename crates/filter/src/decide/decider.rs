//! Questions that share one effort.

use crate::tree::Expr;

use super::effort::{Budget, Effort, Undecided};
use super::parts::{Constancy, Part, Prover};
use super::schema::Schema;
use super::worlds::{World, groups};
use super::{Difference, Group, Satisfiability, Sides};

/// Answers questions about one kind of events, with an [`Effort`] for all of them together: for
/// work that must end in good time however many filters there are.
#[derive(Debug)]
pub struct Decider<'s> {
    schema: &'s Schema,
    budget: Budget,
}

impl<'s> Decider<'s> {
    /// For events as `schema` has them.
    #[must_use]
    pub const fn new(schema: &'s Schema, effort: Effort) -> Self {
        Self {
            schema,
            budget: Budget::new(effort),
        }
    }

    /// What is left of the effort.
    #[must_use]
    pub const fn left(&self) -> Effort {
        Effort {
            steps: self.budget.left(),
        }
    }

    /// Answers some questions with at most `effort`, and less where less is left.
    pub fn at_most<T>(&mut self, effort: Effort, ask: impl FnOnce(&mut Self) -> T) -> T {
        let steps = effort.steps.min(self.budget.left());
        let mut part = Self::new(self.schema, Effort { steps });
        let answer = ask(&mut part);
        self.budget.take(steps.saturating_sub(part.budget.left()));
        answer
    }

    /// As [`compare_in`](super::compare_in).
    #[must_use]
    pub fn compare_in(&mut self, left: &Expr, right: &Expr, world: &World) -> Difference {
        Sides::new(left, right).difference(self.schema, Some(world), &mut self.budget)
    }

    /// As [`compare_worlds`](super::compare_worlds).
    #[must_use]
    pub fn compare_worlds(&mut self, left: &Expr, right: &Expr, worlds: &[World]) -> Vec<Group> {
        let sides = Sides::new(left, right);
        let atoms = sides.left_only.atoms();
        let groups = match groups(atoms, self.schema, worlds, &mut self.budget) {
            Ok(groups) => groups,
            Err(reason) => {
                let undecided = || Satisfiability::Undecided(reason.clone());
                let difference = Difference {
                    left_only: undecided(),
                    right_only: undecided(),
                };
                let worlds = (0..worlds.len()).collect();
                return vec![Group { worlds, difference }];
            }
        };
        groups
            .into_iter()
            .map(|group| {
                let first = group.first().and_then(|number| worlds.get(*number));
                Group {
                    difference: sides.difference(self.schema, first, &mut self.budget),
                    worlds: group,
                }
            })
            .collect()
    }

    /// As [`constancy`](super::constancy).
    #[must_use]
    pub fn constancy(&mut self, expr: &Expr) -> Constancy {
        let constancy = self.prover().constancy(expr);
        constancy.unwrap_or_else(Constancy::Undecided)
    }

    /// As [`constant_parts`](super::constant_parts).
    ///
    /// # Errors
    /// Where a part cannot be decided.
    pub fn constant_parts(&mut self, expr: &Expr) -> Result<Vec<Part>, Undecided> {
        self.prover().parts(expr)
    }

    fn prover(&mut self) -> Prover<'_> {
        Prover {
            schema: self.schema,
            budget: &mut self.budget,
        }
    }
}
