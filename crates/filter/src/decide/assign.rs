//! Values for the attributes of a scene, by which comparisons hold and fail.

use serde_json::Value as Json;

use super::effort::{Budget, Undecided};
use super::scene::{Attribute, Scene};
use super::values::{self, Asked};

/// Atoms and whether they hold, that no event can have together.
pub(super) type Conflict = Vec<(usize, bool)>;

impl Scene<'_> {
    /// Values for every attribute by which the atoms hold or fail as given,
    /// or what makes that impossible.
    pub(super) fn assign(
        &self,
        atoms: &[(usize, bool)],
        budget: &mut Budget,
    ) -> Result<Result<Vec<Vec<Json>>, Conflict>, Undecided> {
        let mut by_attribute = vec![Vec::new(); self.attributes.len()];
        for (atom, holds) in atoms {
            let attribute = self.atoms.attribute_of(*atom);
            if let Some(list) = attribute.and_then(|number| by_attribute.get_mut(number)) {
                list.push((*atom, *holds));
            }
        }
        let mut all = Vec::with_capacity(by_attribute.len());
        for (attribute, asked) in self.attributes.iter().zip(&by_attribute) {
            let mut asked = asked.clone();
            for outer in &attribute.any_of {
                let outer = by_attribute.get(*outer).into_iter().flatten();
                asked.extend(outer.filter(|(_, holds)| !holds));
            }
            asked.sort_unstable();
            asked.dedup();
            match self.values(attribute, &asked, budget)? {
                Ok(values) => all.push(values),
                Err(conflict) => return Ok(Err(conflict)),
            }
        }
        Ok(Ok(all))
    }

    /// Values of one attribute.
    fn values(
        &self,
        attribute: &Attribute<'_>,
        asked: &[(usize, bool)],
        budget: &mut Budget,
    ) -> Result<Result<Vec<Json>, Conflict>, Undecided> {
        let (mut open, failing): (Vec<_>, Vec<_>) = asked.iter().partition(|(_, holds)| *holds);
        if open.is_empty() && !attribute.domain.required {
            return Ok(Ok(Vec::new()));
        }
        // One value for all, if there is one.
        if let Some(value) = self.find(attribute, asked, budget)? {
            return Ok(Ok(vec![value]));
        }
        if !attribute.multi_valued || open.len() < 2 {
            return Ok(Err(self.smallest(attribute, asked.to_vec(), budget)?));
        }
        // Several values, each of which meets what it can.
        let mut values = Vec::new();
        while let Some(first) = open.first().copied() {
            let mut together = failing.clone();
            together.push(first);
            let Some(mut value) = self.find(attribute, &together, budget)? else {
                return Ok(Err(self.smallest(attribute, together, budget)?));
            };
            for more in open.iter().skip(1) {
                together.push(*more);
                match self.find(attribute, &together, budget)? {
                    Some(better) => value = better,
                    None => {
                        together.pop();
                    }
                }
            }
            values.push(value);
            open.retain(|atom| !together.contains(atom));
        }
        Ok(Ok(values))
    }

    /// A value of the attribute by which the atoms hold or fail as given.
    pub(super) fn find(
        &self,
        attribute: &Attribute<'_>,
        atoms: &[(usize, bool)],
        budget: &mut Budget,
    ) -> Result<Option<Json>, Undecided> {
        let number = attribute.number.filter(|_| attribute.by_schema);
        let key = number.map(|number| (number, atoms.to_vec()));
        if let Some(key) = &key
            && let Some(known) = self.atoms.values.borrow().get(key)
        {
            budget.spend(atoms.len().saturating_add(1))?;
            return Ok(known.clone());
        }
        let asked: Vec<Asked<'_>> = atoms
            .iter()
            .filter_map(|(atom, met)| {
                let test = self.atoms.test_of(*atom)?;
                Some(Asked { test, met: *met })
            })
            .collect();
        let found = values::find(&attribute.domain, &asked, budget)?;
        if let Some(key) = key {
            self.atoms.values.borrow_mut().insert(key, found.clone());
        }
        Ok(found)
    }

    /// Of a conflict as little as still is one.
    fn smallest(
        &self,
        attribute: &Attribute<'_>,
        mut conflict: Conflict,
        budget: &mut Budget,
    ) -> Result<Conflict, Undecided> {
        let mut chunk = conflict.len().div_ceil(2);
        while chunk > 0 {
            let mut start = 0;
            while start < conflict.len() {
                let end = start.saturating_add(chunk).min(conflict.len());
                let without: Conflict = conflict
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| !(start..end).contains(at))
                    .map(|(_, atom)| *atom)
                    .collect();
                // Without any value nothing holds, which may do.
                let needed = attribute.domain.required || without.iter().any(|(_, holds)| *holds);
                if needed && self.find(attribute, &without, budget)?.is_none() {
                    conflict = without;
                } else {
                    start = end;
                }
            }
            chunk = if chunk == 1 { 0 } else { chunk.div_ceil(2) };
        }
        Ok(conflict)
    }
}
