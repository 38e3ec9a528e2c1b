//! Conditions on `published` become windows of requests.
//!
//! The times that a filter names cut the line of time into pieces: the points themselves and
//! the stretches between them. On each piece every comparison with `published` is true or
//! false, so that a condition on the other attributes is left; neighbours that are left with
//! the same condition are one window.

use events2logs_filter::{Comparison, Expr, ExprKind, Operator, Test, Value};
use jiff::Timestamp;

use super::cond::Cond;
use super::when;

/// One end of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) time: Timestamp,
    /// Whether the time itself is within.
    pub(super) inclusive: bool,
}

/// A stretch of time, and what is asked of the events in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) since: Option<Bound>,
    pub(super) until: Option<Bound>,
    pub(super) condition: Cond,
}

impl Window {
    /// Whether it is a single point of time.
    pub(super) fn is_instant(&self) -> bool {
        matches!((self.since, self.until), (Some(from), Some(to)) if from.time == to.time)
    }
}

/// Whether a comparison is with `published`.
pub(super) fn is_published(comparison: &Comparison) -> bool {
    comparison.path.as_str() == "published"
}

/// What a comparison with `published` compares with.
pub(super) enum Published<'a> {
    At(Operator, Timestamp),
    /// Text that stands for a time, to be filled in.
    Opaque(Operator, &'a str),
    /// `pr`: every event has it.
    Present,
    /// No time at all.
    Unreadable,
}

/// Reads a comparison with `published`.
pub(super) fn published(comparison: &Comparison) -> Published<'_> {
    let (operator, value) = match &comparison.test {
        Test::Present => return Published::Present,
        Test::Value(operator, value) => (*operator, value),
    };
    if operator.is_textual() {
        return Published::Unreadable;
    }
    match value {
        Value::Placeholder(placeholder) => Published::Opaque(operator, placeholder.as_str()),
        Value::String(text) => match when::read(text) {
            Some(when) => Published::At(operator, when.time),
            None if value.has_placeholder() => Published::Opaque(operator, text),
            None => Published::Unreadable,
        },
        Value::Number(_) | Value::Boolean(_) => Published::Unreadable,
    }
}

/// The windows of `expr`, in order, without those in which nothing can match. `after` is the
/// time of a `startDate`. Every comparison with `published` must have a readable time.
pub(super) fn windows(expr: Option<&Expr>, after: Option<Timestamp>) -> Vec<Window> {
    let mut times: Vec<Timestamp> = expr
        .into_iter()
        .flat_map(Expr::comparisons)
        .filter(|comparison| is_published(comparison))
        .filter_map(|comparison| match published(comparison) {
            Published::At(_, time) => Some(time),
            _ => None,
        })
        .chain(after)
        .collect();
    times.sort_unstable();
    times.dedup();

    let mut windows: Vec<Window> = Vec::new();
    for piece in pieces(&times) {
        let condition = match after {
            Some(after) if !piece.meets(Operator::Gt, after) => Cond::Never,
            _ => expr.map_or(Cond::Always, |expr| on(piece, expr)),
        };
        let last = windows.last_mut();
        match last.filter(|window| window.condition == condition) {
            Some(window) => window.until = piece.until(),
            None => windows.push(Window {
                since: piece.since(),
                until: piece.until(),
                condition,
            }),
        }
    }
    windows.retain(|window| window.condition != Cond::Never);
    windows
}

/// What is left of `expr` on one piece.
fn on(piece: Piece, expr: &Expr) -> Cond {
    Cond::map(expr, &mut |leaf| match &leaf.kind {
        ExprKind::Comparison(comparison) if is_published(comparison) => {
            match published(comparison) {
                Published::At(operator, time) => Cond::from_bool(piece.meets(operator, time)),
                Published::Present => Cond::Always,
                Published::Opaque(..) | Published::Unreadable => Cond::Expr(leaf.clone()),
            }
        }
        _ => Cond::Expr(leaf.clone()),
    })
}

/// A point of time that a filter names, or the stretch between two such.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Point(Timestamp),
    Between(Option<Timestamp>, Option<Timestamp>),
}

fn pieces(times: &[Timestamp]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut before = None;
    for &time in times {
        pieces.push(Piece::Between(before, Some(time)));
        pieces.push(Piece::Point(time));
        before = Some(time);
    }
    pieces.push(Piece::Between(before, None));
    pieces
}

impl Piece {
    /// Whether the times of this piece meet `operator` and `time`, which is one of those that
    /// cut the line.
    fn meets(self, operator: Operator, time: Timestamp) -> bool {
        let (equal, greater) = match self {
            Self::Point(point) => (point == time, point > time),
            Self::Between(after, _) => (false, after.is_some_and(|after| after >= time)),
        };
        match operator {
            Operator::Eq => equal,
            Operator::Ne => !equal,
            Operator::Gt => greater,
            Operator::Ge => greater || equal,
            Operator::Lt => !greater && !equal,
            Operator::Le => !greater,
            Operator::Co | Operator::Sw | Operator::Ew => false,
        }
    }

    fn since(self) -> Option<Bound> {
        match self {
            Self::Point(time) => Some(Bound {
                time,
                inclusive: true,
            }),
            Self::Between(after, _) => after.map(|time| Bound {
                time,
                inclusive: false,
            }),
        }
    }

    fn until(self) -> Option<Bound> {
        match self {
            Self::Point(time) => Some(Bound {
                time,
                inclusive: true,
            }),
            Self::Between(_, before) => before.map(|time| Bound {
                time,
                inclusive: false,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(filter: &str, after: Option<&str>) -> Vec<String> {
        let filter = events2logs_filter::parse(filter).unwrap();
        let after = after.map(|text| when::read(text).unwrap().time);
        windows(Some(&filter.expr), after)
            .into_iter()
            .map(|window| {
                let bound = |bound: Option<Bound>, open: &str, closed: &str| {
                    bound.map_or("…".to_owned(), |bound| {
                        let day = bound.time.strftime("%d").to_string();
                        format!("{day}{}", if bound.inclusive { closed } else { open })
                    })
                };
                let condition = match window.condition {
                    Cond::Always => "always".to_owned(),
                    Cond::Never => "never".to_owned(),
                    Cond::Expr(expr) => expr.to_string(),
                };
                format!(
                    "{} to {}: {condition}",
                    bound(window.since, " excl", " incl"),
                    bound(window.until, " excl", " incl")
                )
            })
            .collect()
    }

    #[test]
    fn windows_of_filters() {
        let cases = [
            r#"published gt "2017-10-01""#,
            r#"published ge "2017-10-01" and published lt "2017-10-05""#,
            r#"published le "2017-10-01""#,
            r#"published eq "2017-10-01""#,
            r#"published ne "2017-10-01""#,
            r#"published gt "2017-10-05" and published lt "2017-10-01""#,
            r#"not (published gt "2017-10-01")"#,
            r#"published gt "2017-10-01" and published gt "2017-10-03" and a eq "x""#,
            r#"published gt "2017-10-01" and a eq "x" or b eq "y""#,
            r#"(published lt "2017-10-01" and a eq "x") or (published gt "2017-10-03" and a eq "y")"#,
            r#"(published lt "2017-10-03" and a eq "x") or (published gt "2017-10-01" and a eq "x")"#,
            r#"not (published gt "2017-10-01" and a eq "x")"#,
            r#"published pr and a eq "x""#,
            r#"a eq "x""#,
        ];
        let told: Vec<String> = cases
            .into_iter()
            .map(|filter| format!("{filter}\n    {}", told(filter, None).join("\n    ")))
            .collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn a_start_date_cuts_off_what_is_before_it() {
        assert_eq!(
            told(r#"published lt "2017-10-05""#, Some("2017-10-03")),
            ["03 excl to 05 excl: always"]
        );
        assert_eq!(
            told(r#"published lt "2017-10-02""#, Some("2017-10-03")),
            [""; 0]
        );
    }
}
