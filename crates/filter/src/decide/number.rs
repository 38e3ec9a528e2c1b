//! A number that meets some comparisons and not others.
//!
//! The numbers that an event can hold are doubles and integers of 64 bits.
//! Between two literals lies one only if the next one after the first does.

use serde_json::{Number, Value as Json};

use crate::tree::Test;
use crate::value::{Scalar, Value};

use super::effort::{Budget, Undecided};
use super::values::{Asked, all_met};

/// A number that is as asked, the shortest of those that come to mind.
pub(super) fn find(asked: &[Asked<'_>], budget: &mut Budget) -> Result<Option<Json>, Undecided> {
    let mut candidates: Vec<Number> = [1, 0, 2, -1].map(Number::from).to_vec();
    for asked in asked {
        if let Test::Value(_, value @ Value::Number(literal)) = asked.test
            && let Some(Scalar::Number(exact)) = value.scalar()
        {
            near(literal.as_str(), exact.floor(), &mut candidates);
        }
    }
    let mut best: Option<(usize, Json)> = None;
    for number in candidates {
        budget.spend(asked.len().saturating_add(2))?;
        let length = number.to_string().len();
        let json = Json::Number(number);
        if best.as_ref().is_none_or(|(least, _)| length < *least) && all_met(&json, asked) {
            best = Some((length, json));
        }
    }
    Ok(best.map(|(_, json)| json))
}

/// The literal, and the numbers next to it.
fn near(literal: &str, floor: Option<i128>, numbers: &mut Vec<Number>) {
    for by in [0_i128, 1, -1] {
        if let Some(integer) = floor.and_then(|floor| floor.checked_add(by)) {
            numbers.extend(Number::from_i128(integer));
        }
    }
    if let Ok(double) = literal.parse::<f64>() {
        let double = double.clamp(f64::MIN, f64::MAX);
        let all = [double, double.next_up(), double.next_down()];
        numbers.extend(all.into_iter().filter_map(Number::from_f64));
    }
}
