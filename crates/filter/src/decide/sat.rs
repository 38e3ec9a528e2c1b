//! A small solver for propositional clauses: it learns from conflicts, and
//! prefers to leave variables false.
//!
//! Filters make hundreds of clauses, not millions, so plainness wins over
//! speed: a clause is read whole whenever one of its literals turns false.

use super::effort::{Budget, Undecided};

/// A variable or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lit {
    pub(super) var: usize,
    pub(super) positive: bool,
}

impl Lit {
    pub(super) const fn yes(var: usize) -> Self {
        Self {
            var,
            positive: true,
        }
    }

    pub(super) const fn no(var: usize) -> Self {
        Self {
            var,
            positive: false,
        }
    }

    const fn negated(self) -> Self {
        Self {
            var: self.var,
            positive: !self.positive,
        }
    }
}

#[derive(Debug, Default)]
struct Variable {
    value: Option<bool>,
    /// How many decisions stood when it got its value.
    level: usize,
    /// The clause that forced it; none for a decision.
    reason: Option<usize>,
    /// How much it had to do with conflicts, the late ones above all.
    activity: u64,
    /// The clauses that hold it as it is, and negated.
    positive: Vec<usize>,
    negative: Vec<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Solver {
    vars: Vec<Variable>,
    clauses: Vec<Vec<Lit>>,
    /// What has a value, in the order it came.
    trail: Vec<Lit>,
    /// How much of the trail has been followed up.
    followed: usize,
    level: usize,
    bump: u64,
    contradiction: bool,
}

/// What a clause says under the values so far.
enum Says {
    Nothing,
    Forces(Lit),
    Conflict,
}

impl Solver {
    pub(super) fn new_var(&mut self) -> usize {
        self.vars.push(Variable::default());
        self.vars.len().saturating_sub(1)
    }

    /// The value in the model last found.
    pub(super) fn value(&self, var: usize) -> Option<bool> {
        self.vars.get(var).and_then(|variable| variable.value)
    }

    /// Adds a clause; what was found before is forgotten.
    pub(super) fn add(&mut self, mut clause: Vec<Lit>) {
        self.back_to(0);
        clause.retain(|lit| self.is(*lit) != Some(false));
        clause.sort_unstable();
        clause.dedup();
        if clause.iter().any(|lit| self.is(*lit) == Some(true)) {
            return;
        }
        match clause.as_slice() {
            [] => self.contradiction = true,
            [only] => self.assign(*only, None),
            _ => {
                self.store(clause);
            }
        }
    }

    /// Whether the clauses can all be met; then every variable has a value.
    pub(super) fn solve(&mut self, budget: &mut Budget) -> Result<bool, Undecided> {
        loop {
            if self.contradiction {
                return Ok(false);
            }
            match self.propagate(budget)? {
                Some(_) if self.level == 0 => self.contradiction = true,
                Some(conflict) => {
                    let (clause, level) = self.learn(conflict);
                    self.back_to(level);
                    let Some(first) = clause.first().copied() else {
                        self.contradiction = true;
                        continue;
                    };
                    let reason = (clause.len() > 1).then(|| self.store(clause));
                    self.assign(first, reason);
                }
                None => {
                    budget.spend(self.vars.len().div_ceil(16))?;
                    let Some(var) = self.most_active() else {
                        return Ok(true);
                    };
                    self.level = self.level.saturating_add(1);
                    self.assign(Lit::no(var), None);
                }
            }
        }
    }

    fn is(&self, lit: Lit) -> Option<bool> {
        self.value(lit.var).map(|value| value == lit.positive)
    }

    fn store(&mut self, clause: Vec<Lit>) -> usize {
        let id = self.clauses.len();
        for lit in &clause {
            if let Some(variable) = self.vars.get_mut(lit.var) {
                if lit.positive {
                    variable.positive.push(id);
                } else {
                    variable.negative.push(id);
                }
            }
        }
        self.clauses.push(clause);
        id
    }

    fn assign(&mut self, lit: Lit, reason: Option<usize>) {
        if let Some(variable) = self.vars.get_mut(lit.var) {
            variable.value = Some(lit.positive);
            variable.level = self.level;
            variable.reason = reason;
            self.trail.push(lit);
        }
    }

    fn back_to(&mut self, level: usize) {
        while let Some(lit) = self.trail.last()
            && let Some(variable) = self.vars.get_mut(lit.var)
            && variable.level > level
        {
            variable.value = None;
            self.trail.pop();
        }
        self.followed = self.followed.min(self.trail.len());
        self.level = self.level.min(level);
    }

    /// Follows up every new value; the clause that cannot be met, if any.
    fn propagate(&mut self, budget: &mut Budget) -> Result<Option<usize>, Undecided> {
        while let Some(lit) = self.trail.get(self.followed).copied() {
            self.followed = self.followed.saturating_add(1);
            let turned_false = self.occurrences(lit.negated());
            let mut conflict = None;
            for id in &turned_false {
                budget.spend(self.clauses.get(*id).map_or(0, Vec::len).div_ceil(4))?;
                match self.says(*id) {
                    Says::Nothing => {}
                    Says::Forces(forced) => self.assign(forced, Some(*id)),
                    Says::Conflict => {
                        conflict = Some(*id);
                        break;
                    }
                }
            }
            self.put_back(lit.negated(), turned_false);
            if conflict.is_some() {
                return Ok(conflict);
            }
        }
        Ok(None)
    }

    /// Takes the list out, so that values can be given while it is walked.
    fn occurrences(&mut self, lit: Lit) -> Vec<usize> {
        match self.vars.get_mut(lit.var) {
            Some(variable) if lit.positive => std::mem::take(&mut variable.positive),
            Some(variable) => std::mem::take(&mut variable.negative),
            None => Vec::new(),
        }
    }

    fn put_back(&mut self, lit: Lit, list: Vec<usize>) {
        if let Some(variable) = self.vars.get_mut(lit.var) {
            if lit.positive {
                variable.positive = list;
            } else {
                variable.negative = list;
            }
        }
    }

    fn says(&self, id: usize) -> Says {
        let mut open = None;
        for lit in self.clauses.get(id).into_iter().flatten() {
            match self.is(*lit) {
                Some(true) => return Says::Nothing,
                Some(false) => {}
                None if open.is_some() => return Says::Nothing,
                None => open = Some(*lit),
            }
        }
        open.map_or(Says::Conflict, Says::Forces)
    }

    /// The clause that rules the conflict out for good, its first literal the
    /// one that it forces after going back to the level beside it.
    fn learn(&mut self, conflict: usize) -> (Vec<Lit>, usize) {
        self.bump = self.bump.saturating_add(1);
        let mut seen = vec![false; self.vars.len()];
        let mut learnt = Vec::new();
        let mut open = 0_usize;
        let mut level = 0;
        let mut clause = Some(conflict);
        let mut trail = self.trail.iter().rev();
        loop {
            for lit in clause
                .and_then(|id| self.clauses.get(id))
                .into_iter()
                .flatten()
            {
                let (Some(seen), Some(variable)) =
                    (seen.get_mut(lit.var), self.vars.get_mut(lit.var))
                else {
                    continue;
                };
                if *seen || variable.level == 0 {
                    continue;
                }
                *seen = true;
                variable.activity = variable
                    .activity
                    .checked_div(2)
                    .unwrap_or_default()
                    .saturating_add(self.bump);
                if variable.level == self.level {
                    open = open.saturating_add(1);
                } else {
                    level = level.max(variable.level);
                    learnt.push(*lit);
                }
            }
            let Some(lit) = trail
                .by_ref()
                .find(|lit| seen.get(lit.var).copied().unwrap_or_default())
            else {
                return (learnt, level);
            };
            open = open.saturating_sub(1);
            if open == 0 {
                learnt.insert(0, lit.negated());
                return (learnt, level);
            }
            clause = self.vars.get(lit.var).and_then(|variable| variable.reason);
        }
    }

    fn most_active(&self) -> Option<usize> {
        let mut best: Option<(usize, u64)> = None;
        for (var, variable) in self.vars.iter().enumerate() {
            if variable.value.is_none() && best.is_none_or(|(_, most)| variable.activity > most) {
                best = Some((var, variable.activity));
            }
        }
        best.map(|(var, _)| var)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::effort::{Budget, Effort};
    use super::{Lit, Solver};

    fn holds(clauses: &[Vec<Lit>], value: impl Fn(usize) -> bool) -> bool {
        clauses
            .iter()
            .all(|clause| clause.iter().any(|lit| value(lit.var) == lit.positive))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_truth_table(
            raw in prop::collection::vec(prop::collection::vec((0_usize..7, any::<bool>()), 1..4), 0..40),
            later in 0_usize..40,
        ) {
            let clauses: Vec<Vec<Lit>> = raw
                .into_iter()
                .map(|clause| {
                    clause.into_iter().map(|(var, positive)| Lit { var, positive }).collect()
                })
                .collect();
            let mut solver = Solver::default();
            for _ in 0..7 {
                solver.new_var();
            }
            let mut budget = Budget::new(Effort::default());
            // Some clauses come after a first answer.
            let (first, second) = clauses.split_at(later.min(clauses.len()));
            for (part, all) in [(first, first), (second, &clauses[..])] {
                for clause in part {
                    solver.add(clause.clone());
                }
                let expected =
                    (0..128_usize).any(|bits| holds(all, |var| bits & (1 << var) != 0));
                prop_assert_eq!(solver.solve(&mut budget), Ok(expected));
                if expected {
                    prop_assert!(holds(all, |var| solver.value(var) == Some(true)));
                }
            }
        }
    }
}
