//! A value of an attribute that meets some comparisons and not others.

use serde_json::Value as Json;

use crate::eval::is_present;
use crate::tree::Test;
use crate::value::Scalar;

use super::effort::{Budget, Undecided};
use super::schema::{Domain, Kind};
use super::text::Which;
use super::{number, text};

/// A test, and whether the value is to meet it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) test: &'a Test,
    pub(super) met: bool,
}

/// Whether a single value meets a test, as the evaluator has it.
pub(super) fn meets(value: &Json, test: &Test) -> bool {
    match test {
        Test::Present => is_present(value),
        Test::Value(operator, literal) => match (Scalar::of(value), literal.scalar()) {
            (Some(value), Some(literal)) => operator.meets(&value, &literal),
            _ => false,
        },
    }
}

/// Whether a single value is as asked.
pub(super) fn all_met(value: &Json, asked: &[Asked<'_>]) -> bool {
    asked
        .iter()
        .all(|asked| meets(value, asked.test) == asked.met)
}

/// The object that stands for any.
pub(super) fn some_object() -> Json {
    serde_json::json!({ "other": true })
}

/// A value of the domain that is as asked: the first of those given, else a
/// small one.
pub(super) fn find(
    domain: &Domain,
    asked: &[Asked<'_>],
    budget: &mut Budget,
) -> Result<Option<Json>, Undecided> {
    let given = domain.one_of.as_deref().unwrap_or(&domain.examples);
    for value in given {
        budget.spend(asked.len().saturating_add(1))?;
        if !domain.excludes(value) && all_met(value, asked) {
            return Ok(Some(value.clone()));
        }
    }
    if domain.one_of.is_some() {
        return Ok(None);
    }
    for kind in &domain.kinds {
        let found = match kind {
            Kind::Text => string(domain, asked, Which::Any, budget)?,
            Kind::Date => string(domain, asked, Which::Dates, budget)?,
            Kind::UtcDate => string(domain, asked, Which::UtcDates, budget)?,
            Kind::Number => number::find(asked, budget)?,
            Kind::Boolean => first(asked, [true.into(), false.into()]),
            Kind::Object => first(asked, [some_object()]),
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn first(asked: &[Asked<'_>], values: impl IntoIterator<Item = Json>) -> Option<Json> {
    values.into_iter().find(|value| all_met(value, asked))
}

fn string(
    domain: &Domain,
    asked: &[Asked<'_>],
    which: Which,
    budget: &mut Budget,
) -> Result<Option<Json>, Undecided> {
    // What the domain excludes may be much; it is ruled out where it comes up.
    let mut forbidden = Vec::new();
    loop {
        let Some(found) = text::find(asked, &forbidden, which, budget)? else {
            return Ok(None);
        };
        let found = Json::String(found);
        match found {
            Json::String(text) if domain.excludes(&Json::String(text.clone())) => {
                forbidden.push(text);
            }
            found => return Ok(Some(found)),
        }
    }
}
